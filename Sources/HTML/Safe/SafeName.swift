/// Ids, names and classes of a message, all under one prefix: none can be taken for one of the page around it.
enum SafeName {
    static let prefix = "m-"
    /// Classes of an element.
    private static let maximumClasses = 40

    /// The class of the element that stands for the message's body.
    static let body = prefix + "-body"
    /// That of a part that is plain text.
    static let text = prefix + "-text"

    /// Nil for a name with anything in it that a selector would have to escape.
    static func prefixed(_ name: String) -> String? {
        StyleValue.isPlain(name) ? prefix + name : nil
    }

    /// A list of classes; nil when none is left.
    static func classes(_ list: String) -> String? {
        var names: [String] = []
        for word in list.utf8.split(whereSeparator: HTMLTreeBuilder.isSpace).prefix(maximumClasses) {
            if let name = prefixed(String(decoding: word, as: UTF8.self)) { names.append(name) }
        }
        return names.isEmpty ? nil : names.joined(separator: " ")
    }
}
