import MailModel

extension MessageSummary {
    /// The first octet of the form below; another form gets another number, and old rows stay readable.
    private static let version: UInt8 = 1

    /// The compact form that the store keeps in the email's row: the version, a word of bits that says which fields are
    /// there, the fields in the order of their declaration.
    public func encoded() -> [UInt8] {
        var writer = BinaryWriter()
        writer.write(UInt64(Self.version))
        writer.write(presence.rawValue)
        writer.write(UInt64(defects.rawValue))
        for list in [messageIDs, inReplyTo, references] {
            if let list { writer.write(list) }
        }
        for list in [sender, from, to, cc, bcc, replyTo] {
            if let list { Self.write(list, to: &writer) }
        }
        if let subject { writer.write(subject) }
        if let sentAt {
            writer.write(signed: sentAt.timestamp.milliseconds)
            writer.write(signed: Int64(sentAt.offsetMinutes))
        }
        if let receivedAt { writer.write(signed: receivedAt.milliseconds) }
        writer.write(preview)
        return writer.output
    }

    /// Reads what `encoded()` wrote; nil for anything else.
    public init?(encoded octets: some Collection<UInt8>) {
        guard let summary = withOctets(octets, { Self.read($0) }) else { return nil }
        self = summary
    }

    private struct Presence: OptionSet {
        let rawValue: UInt64
        static func field(_ number: Int) -> Presence { Presence(rawValue: 1 << UInt64(number)) }
        static let attachment = Presence.field(12)
        static let all = Presence(rawValue: 1 << 13 - 1)
    }

    private var presence: Presence {
        let fields = [
            messageIDs != nil, inReplyTo != nil, references != nil, sender != nil, from != nil, to != nil, cc != nil,
            bcc != nil, replyTo != nil, subject != nil, sentAt != nil, receivedAt != nil, hasAttachment,
        ]
        var presence: Presence = []
        for (number, isThere) in fields.enumerated() where isThere { presence.insert(.field(number)) }
        return presence
    }

    private static func write(_ list: [Address], to writer: inout BinaryWriter) {
        writer.write(list.count)
        for address in list {
            writer.write(address.name)
            writer.write(address.email)
        }
    }

    private static func read(_ bytes: UnsafeRawBufferPointer) -> MessageSummary? {
        var reader = BinaryReader(bytes)
        guard reader.number() == UInt64(version), let bits = reader.number(), bits <= Presence.all.rawValue,
            let defects = reader.number(), defects <= UInt64(UInt32.max)
        else { return nil }
        let presence = Presence(rawValue: bits)
        var summary = MessageSummary()
        summary.defects = Defects(rawValue: UInt32(defects))
        summary.hasAttachment = presence.contains(.attachment)
        guard readLists(&reader, presence, &summary), readRest(&reader, presence, &summary), reader.isAtEnd else {
            return nil
        }
        return summary
    }

    private static func readLists(
        _ reader: inout BinaryReader, _ presence: Presence, _ summary: inout MessageSummary
    ) -> Bool {
        func texts(_ number: Int, _ list: inout [String]?) -> Bool {
            guard presence.contains(.field(number)) else { return true }
            list = reader.texts()
            return list != nil
        }
        func addresses(_ number: Int, _ list: inout [Address]?) -> Bool {
            guard presence.contains(.field(number)) else { return true }
            list = readAddresses(&reader)
            return list != nil
        }
        return texts(0, &summary.messageIDs) && texts(1, &summary.inReplyTo) && texts(2, &summary.references)
            && addresses(3, &summary.sender) && addresses(4, &summary.from) && addresses(5, &summary.to)
            && addresses(6, &summary.cc) && addresses(7, &summary.bcc) && addresses(8, &summary.replyTo)
    }

    private static func readRest(
        _ reader: inout BinaryReader, _ presence: Presence, _ summary: inout MessageSummary
    ) -> Bool {
        if presence.contains(.field(9)) {
            guard let subject = reader.text() else { return false }
            summary.subject = subject
        }
        if presence.contains(.field(10)) {
            guard let milliseconds = reader.signed().flatMap(inCalendar), let offset = reader.signed(),
                (-1439...1439).contains(offset)
            else { return false }
            summary.sentAt = MessageDate(
                timestamp: Timestamp(milliseconds: milliseconds), offsetMinutes: Int(offset))
        }
        if presence.contains(.field(11)) {
            guard let milliseconds = reader.signed().flatMap(inCalendar) else { return false }
            summary.receivedAt = Timestamp(milliseconds: milliseconds)
        }
        guard let preview = reader.text() else { return false }
        summary.preview = preview
        return true
    }

    /// Milliseconds of the years 0 to 9999, which is all that a header can say.
    private static func inCalendar(_ milliseconds: Int64) -> Int64? {
        (-62_167_305_600_000...253_402_387_199_999).contains(milliseconds) ? milliseconds : nil
    }

    private static func readAddresses(_ reader: inout BinaryReader) -> [Address]? {
        guard let count = reader.count(), count <= reader.left else { return nil }
        var list: [Address] = []
        list.reserveCapacity(count)
        for _ in 0..<count {
            guard let name = reader.optionalText(), let email = reader.text() else { return nil }
            list.append(Address(name: name, email: email))
        }
        return list
    }
}
