/// The attributes of one tag that may stay, in the order they are written.
struct TagAttributes {
    /// Octets of a value, but for an image that stands in its address.
    private static let maximumValue = 32 << 10

    /// What stays.
    private(set) var safe: [HTMLAttribute] = []
    private var style: [UInt8] = []
    /// An image's address as written.
    private var source: String?
    private var facts = StyleDeclarations()
    private let tag: HTMLTag

    /// Nil when the whole element is left out. `style` goes before the tag's own.
    static func of(
        _ tag: HTMLTag, _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, style: String? = nil,
        images: inout SafeImages
    ) -> [HTMLAttribute]? {
        var attributes = TagAttributes(tag: tag)
        if let style { attributes.addStyle(style) }
        attributes.read(bytes, range, &images)
        guard attributes.finish(&images) else { return nil }
        return attributes.safe
    }

    private init(tag: HTMLTag) { self.tag = tag }

    private mutating func read(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ images: inout SafeImages) {
        var reader = HTMLAttributeReader(bytes, range)
        var seen: Set<String> = []
        while let (name, value) = reader.next() {
            guard !name.isEmpty, seen.insert(name).inserted, value.count <= Self.maximumValue || name == "src" else {
                continue
            }
            take(name, { HTMLCharacters.decode(bytes, value, isValue: true) }, &images)
        }
    }

    private mutating func take(_ name: String, _ value: () -> [UInt8], _ images: inout SafeImages) {
        func text() -> String { String(decoding: value(), as: UTF8.self) }
        switch name {
        case "style":
            facts = StyleDeclarations.inline(value()) { images.address($0) }
            addStyle(String(decoding: facts.text, as: UTF8.self))
        case "class": add(name, SafeName.classes(text()))
        case "id": add(name, SafeName.prefixed(text()))
        case "name" where tag == .a || tag == .map: add(name, SafeName.prefixed(text()))
        case "usemap" where tag == .img:
            if case .place(let place)? = SafeAddress.link(text()) { add(name, place) }
        case "href" where tag == .a || tag == .area: addLink(text())
        case "src" where tag == .img: source = text()
        case "background" where tag == .table || tag.isCell || tag == .tr || tag == .div: addBackground(text(), &images)
        case "bgcolor" where tag == .div: addStyle(text(), as: "background-color")
        case "text" where tag == .div: addStyle(text(), as: "color")
        default:
            if let rule = AttributeRule.of(name, tag) { add(name, rule.value(text())) }
        }
    }

    private mutating func add(_ name: String, _ value: String?) {
        if let value { safe.append(HTMLAttribute(name: name, value: value)) }
    }

    private mutating func addStyle(_ text: String) {
        guard !text.isEmpty else { return }
        if !style.isEmpty { style.append(0x3B) }
        style.append(contentsOf: text.utf8)
    }

    /// What only the body has as attributes.
    private mutating func addStyle(_ colour: String, as property: String) {
        guard let colour = AttributeRule.colour.value(colour) else { return }
        style.insert(contentsOf: "\(property):\(colour)".utf8 + (style.isEmpty ? [] : [0x3B]), at: 0)
    }

    private mutating func addBackground(_ written: String, _ images: inout SafeImages) {
        guard let address = images.address(written) else { return }
        addStyle("background-image:url(" + StyleValue.quote(address) + ")")
    }

    private mutating func addLink(_ written: String) {
        switch SafeAddress.link(written) {
        case .place(let place)?: add("href", place)
        case .address(let address, _)?:
            add("href", address)
            add("target", "_blank")
            add("rel", "noopener noreferrer")
        case nil: break
        }
    }

    /// False when the element is left out.
    private mutating func finish(_ images: inout SafeImages) -> Bool {
        if let source {
            if isInvisible, images.isTracker(source) { return false }
            if let address = images.address(source) { safe.insert(HTMLAttribute(name: "src", value: address), at: 0) }
        }
        if !style.isEmpty { add("style", String(decoding: style, as: UTF8.self)) }
        return true
    }

    /// Whether nothing of an image is to be seen: it is hidden, has no width or height, or is two pixels at most.
    private var isInvisible: Bool {
        let width = facts.width ?? pixels("width")
        let height = facts.height ?? pixels("height")
        if facts.isHidden || width == 0 || height == 0 || safe.contains(where: { $0.name == "hidden" }) { return true }
        return (width ?? 9) <= 2 && (height ?? 9) <= 2
    }

    private func pixels(_ name: String) -> Double? {
        safe.first { $0.name == name }.flatMap { Double($0.value) }
    }
}
