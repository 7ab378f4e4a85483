import MIME

/// Takes out of a message's header what mail programs have written into it beside the message: Status, X-Keywords, Gmail's
/// labels and such. What is left are the octets that the message was received as, as well as anybody can know.
///
/// Whose fields are believed depends on the file: what a mailbox's format keeps elsewhere was written by the sender, and is
/// part of the message.
///
/// Lines must end with CRLF. The header is held until its end, up to 1 MiB; a longer one goes through as it is.
public struct HeaderSift {
    static let limit = 1024 * 1024

    /// Which fields are a program's own records, not the sender's.
    public enum Belief: Sendable {
        /// All: an mbox has no other place for them.
        case all
        /// Thunderbird's, which writes them in its Maildirs too, where names have no flags.
        case mozilla
        /// None: a Maildir says it in names and folders.
        case nothing

        fileprivate func holds(of name: String) -> Bool {
            switch self {
            case .all: HeaderSift.names.contains(name)
            case .mozilla: name.hasPrefix("x-mozilla-") && HeaderSift.names.contains(name)
            case .nothing: false
            }
        }
    }

    /// What was found; complete after `finish`.
    public private(set) var marks = MailMarks()
    private var header: [UInt8] = []
    private var isThrough = false
    private let belief: Belief

    public init(believing belief: Belief = .all) { self.belief = belief }

    /// Takes octets of the message, hands on those of its own.
    public mutating func take(
        _ bytes: UnsafeRawBufferPointer, to sink: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows {
        guard !isThrough else { return try sink(bytes) }
        let searched = max(0, header.count - 3)
        header.append(contentsOf: bytes)
        if let end = Self.end(of: header, from: searched) {
            try flush(headerEnd: end, to: sink)
        } else if header.count > Self.limit {
            try flush(headerEnd: 0, to: sink)
        }
    }

    public mutating func finish(to sink: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        if !isThrough { try flush(headerEnd: header.count, to: sink) }
    }

    /// Behind the header's last field; nil when it is not here yet.
    private static func end(of octets: [UInt8], from start: Int) -> Int? {
        if octets.starts(with: [0x0D, 0x0A]) { return 0 }
        var index = start
        while index + 3 < octets.count {
            if octets[index] == 0x0D, octets[index + 1] == 0x0A, octets[index + 2] == 0x0D, octets[index + 3] == 0x0A {
                return index + 2
            }
            index += 1
        }
        return nil
    }

    private mutating func flush(
        headerEnd: Int, to sink: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows {
        isThrough = true
        let octets = header
        header = []
        try octets.withUnsafeBytes { bytes in
            var kept = 0
            for field in HeaderFields(bytes, in: 0..<headerEnd).fields
            where note(field, in: bytes) {
                if field.name.lowerBound > kept {
                    try sink(UnsafeRawBufferPointer(rebasing: bytes[kept..<field.name.lowerBound]))
                }
                kept = min(field.value.upperBound + 2, headerEnd)
            }
            if kept < bytes.count { try sink(UnsafeRawBufferPointer(rebasing: bytes[kept...])) }
        }
    }

    /// Whether the field is a program's own record; its meaning is in `marks` then.
    private mutating func note(_ field: HeaderField, in bytes: UnsafeRawBufferPointer) -> Bool {
        let name = field.name(in: bytes).lowercased()
        guard belief.holds(of: name) else { return false }
        let text = field.text(in: bytes)
        switch name {
        case "status", "x-status":
            StatusFlags.read(text, into: &marks)
            marks.tellsRead = true
        case "x-keywords", "x-mozilla-keys":
            for word in text.split(separator: " ") { marks.add(keyword: word) }
        case "x-mozilla-status":
            MozillaStatus.read(text, into: &marks)
            marks.tellsRead = true
        case "x-gmail-labels": marks.labels = GmailLabels.split(text)
        // A folder's own record, which UW's programs keep as its first message.
        case "x-imap": marks.isDeleted = true
        default: break
        }
        return true
    }

    fileprivate static let names: Set<String> = [
        "status", "x-status", "x-keywords", "x-uid", "x-imap", "x-imapbase", "x-mozilla-status", "x-mozilla-status2",
        "x-mozilla-keys", "x-gmail-labels", "x-gm-thrid", "x-restante-email",
    ]
}
