import HTTPTypes

/// What a request says it takes (RFC 9110 §12.5): the names of an `Accept` or `Accept-Encoding`, but for those of weight 0.
struct Preferences: Sendable {
    private let names: Set<String>

    init(_ fields: HTTPFields, _ name: HTTPField.Name) {
        var names: Set<String> = []
        for item in fields[values: name].flatMap({ $0.split(separator: ",") }) {
            let parts = item.split(separator: ";", omittingEmptySubsequences: false).map { Self.plain($0) }
            guard let first = parts.first, !parts.dropFirst().contains(where: Self.isZero) else { continue }
            names.insert(first)
        }
        self.names = names
    }

    /// Whether it is named itself: a range of everything names nothing.
    func contains(_ name: String) -> Bool { names.contains(name) }

    private static func plain(_ text: Substring) -> String {
        text.lowercased().filter { $0 != " " && $0 != "\t" }
    }

    private static func isZero(_ parameter: String) -> Bool {
        parameter.hasPrefix("q=0") && parameter.dropFirst(3).allSatisfy { $0 == "0" || $0 == "." }
    }
}

/// Whether a browser has what it asks for already (RFC 9110 §13.1.2), compared as caches do, weakly.
enum KnownTags {
    static func contain(_ tag: String, in fields: HTTPFields) -> Bool {
        fields[values: .ifNoneMatch].flatMap { $0.split(separator: ",") }.contains { item in
            let item = item.filter { $0 != " " && $0 != "\t" }
            return item == "*" || item == tag || "W/" + item == tag
        }
    }
}
