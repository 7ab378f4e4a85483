public import MailModel

/// What a file says of a message beside its octets: flags, keywords, labels.
public struct MailMarks: Hashable, Sendable {
    public var keywords: Set<Keyword> = []
    /// Gmail's labels as they are written; nil when the file says nothing of labels.
    public var labels: [String]?
    /// Marked as deleted, or no message at all but a mail program's own record.
    public var isDeleted = false
    /// Whether the file says which messages have been read.
    public var tellsRead = false

    public init() {}

    /// A keyword as programs write it. Those that mean one of ours are that one; what cannot be a keyword is left out.
    public mutating func add(keyword text: some StringProtocol) {
        switch text.lowercased() {
        case "junk": keywords.insert(.junk)
        case "nonjunk", "notjunk": keywords.insert(.notJunk)
        default:
            if let keyword = Keyword(text) { keywords.insert(keyword) }
        }
    }
}

/// The flags of mbox's Status and X-Status fields: R and O; A, F, T and D.
public enum StatusFlags {
    static func read(_ text: String, into marks: inout MailMarks) {
        for letter in text.uppercased() {
            switch letter {
            case "R": marks.keywords.insert(.seen)
            case "A": marks.keywords.insert(.answered)
            case "F": marks.keywords.insert(.flagged)
            case "T": marks.keywords.insert(.draft)
            case "D": marks.isDeleted = true
            default: break
            }
        }
    }

    /// The values of Status and X-Status, always of the same length: so they can be changed in their place.
    public static func write(_ keywords: Set<Keyword>) -> (status: String, extended: String) {
        let extended: [(Keyword, String)] = [(.answered, "A"), (.flagged, "F"), (.draft, "T")]
        let letters = extended.filter { keywords.contains($0.0) }.map(\.1).joined()
        return (
            keywords.contains(.seen) ? "RO" : "O ",
            letters + String(repeating: " ", count: extended.count - letters.count)
        )
    }

    /// What has no letter: written in X-Keywords.
    public static func others(_ keywords: Set<Keyword>) -> [Keyword] {
        keywords.subtracting([.seen, .answered, .flagged, .draft]).sorted()
    }
}

/// Thunderbird's X-Mozilla-Status: bits in hexadecimal.
enum MozillaStatus {
    static func read(_ text: String, into marks: inout MailMarks) {
        guard let bits = UInt32(text, radix: 16) else { return }
        if bits & 0x0001 != 0 { marks.keywords.insert(.seen) }
        if bits & 0x0002 != 0 { marks.keywords.insert(.answered) }
        if bits & 0x0004 != 0 { marks.keywords.insert(.flagged) }
        if bits & 0x0008 != 0 { marks.isDeleted = true }
        if bits & 0x1000 != 0 { marks.keywords.insert(.forwarded) }
    }
}
