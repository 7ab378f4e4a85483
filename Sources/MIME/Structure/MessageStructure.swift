public import MailModel

/// A message's parts as ranges of its octets (RFC 5322, RFC 2045 to 2047): made once when the message arrives, stored with
/// it, used with the same octets ever after.
public struct MessageStructure: Sendable, Hashable {
    public internal(set) var root: Part
    public internal(set) var defects: Defects

    /// Reads any octets: there is no message that cannot be parsed, only worse ones. One pass, whatever is nested in
    /// what; past a limit the result is partial and marked.
    public static func parse(_ bytes: UnsafeRawBufferPointer, limits: Limits.MIME = Limits.MIME()) -> MessageStructure {
        var parser = StructureParser(bytes, limits: limits)
        return parser.parse()
    }

    /// The part at `section`; nil when there is none. The empty section is the whole message, not a part, unless it is a
    /// multipart.
    public func part(section: [Int]) -> Part? {
        guard root.isMultipart else { return section == [1] ? root : nil }
        var part = root
        for number in section {
            guard number >= 1, number <= part.children.count else { return nil }
            part = part.children[number - 1]
        }
        return part
    }

    /// Every part, a parent before its children.
    public var parts: [Part] {
        var found: [Part] = []
        func visit(_ part: Part) {
            found.append(part)
            for child in part.children { visit(child) }
        }
        visit(root)
        return found
    }
}
