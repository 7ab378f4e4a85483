import MIME
import MailModel
import TestSupport
import Testing

/// What is written is what is read back.
@Suite struct GenerationTests {
    private func text(_ field: OutgoingField) throws -> String { String(decoding: try field.octets(), as: UTF8.self) }

    @Test(arguments: [
        (HeaderContent.text("Hello"), "Subject: Hello\r\n"),
        (.text("Grüße aus Wien"), "Subject: =?utf-8?B?R3LDvMOfZQ==?= aus Wien\r\n"),
        (.text("日本語"), "Subject: =?utf-8?B?5pel5pys6Kqe?=\r\n"),
        (.text("two  spaces"), "Subject: =?utf-8?Q?two__spaces?=\r\n"),
        (.text("like =?utf-8?q?this?="), "Subject: like =?utf-8?B?PT91dGYtOD9xP3RoaXM/PQ==?=\r\n"),
        (.text(""), "Subject:\r\n"),
        (.raw(" as it is,\r\n folded"), "Subject: as it is,\r\n folded\r\n"),
    ])
    func unstructuredFields(content: HeaderContent, line: String) throws {
        #expect(try text(OutgoingField("Subject", content)) == line)
    }

    @Test(arguments: [
        (Address(name: nil, email: "a@example.org"), "To: a@example.org\r\n"),
        (Address(name: "", email: "a@example.org"), "To: a@example.org\r\n"),
        (Address(name: "Ann Lee", email: "a@example.org"), "To: Ann Lee <a@example.org>\r\n"),
        (Address(name: "Lee, \"Ann\"", email: "a@x"), "To: \"Lee, \\\"Ann\\\"\" <a@x>\r\n"),
        (Address(name: "Jürgen", email: "j@x"), "To: =?utf-8?Q?J=C3=BCrgen?= <j@x>\r\n"),
        (Address(name: "x", email: "\"two words\"@x"), "To: x <\"two words\"@x>\r\n"),
    ])
    func addresses(address: Address, line: String) throws {
        #expect(try text(OutgoingField("To", .addresses([address]))) == line)
    }

    @Test func groupsKeepTheirNames() throws {
        let groups = [
            AddressGroup(
                name: "Friends", addresses: [Address(name: nil, email: "a@x"), Address(name: "B", email: "b@x")]),
            AddressGroup(name: nil, addresses: [Address(name: nil, email: "c@x")]),
        ]
        #expect(
            try text(OutgoingField("To", .groupedAddresses(groups))) == "To: Friends: a@x, B <b@x>;, c@x\r\n")
    }

    @Test func datesKeepTheirZone() throws {
        let date = try #require(MessageDate(rfc3339: "2014-10-30T14:12:00+08:00"))
        #expect(try text(OutgoingField("Date", .date(date))) == "Date: Thu, 30 Oct 2014 14:12:00 +0800\r\n")
        let utc = try #require(MessageDate(rfc3339: "1969-12-31T23:59:59Z"))
        #expect(utc.headerText == "Wed, 31 Dec 1969 23:59:59 +0000")
        let west = try #require(MessageDate(rfc3339: "2026-01-01T00:30:00.250-03:30"))
        #expect(west.headerText == "Thu, 1 Jan 2026 00:30:00 -0330")
    }

    @Test(arguments: [
        OutgoingField("Subject", .text("a\r\nBcc: x@y")), OutgoingField("Subject", .text("a\u{0}b")),
        OutgoingField("Subject", .raw("a\r\nBcc: x@y")), OutgoingField("Subject", .raw(" a\r\n \r\n")),
        OutgoingField("Subject", .raw(" ü")), OutgoingField("Sub ject", .text("a")), OutgoingField("", .text("a")),
        OutgoingField("Sub:ject", .text("a")),
        OutgoingField("To", .addresses([Address(name: nil, email: "a@b>, c@d")])),
        OutgoingField("To", .addresses([Address(name: nil, email: "a@b\r\nX: y")])),
        OutgoingField("To", .addresses([Address(name: "x", email: "two words@x")])),
        OutgoingField("Message-ID", .messageIDs(["a b"])), OutgoingField("Message-ID", .messageIDs(["a>b"])),
        OutgoingField("Message-ID", .messageIDs([String(repeating: "a", count: 1_000) + "@x"])),
        OutgoingField("List-Post", .urls(["http://x y"])),
    ])
    func whatAFieldCannotSayIsRefused(field: OutgoingField) {
        #expect(throws: OutgoingFieldError.self) { try field.octets() }
    }

    @Test func longFieldsAreFolded() throws {
        let ids = (0..<30).map { "message-number-\($0)@host.example.org" }
        let addresses = (0..<30).map { Address(name: "Person Nummer Ä\($0)", email: "person\($0)@example.org") }
        for field in [
            OutgoingField("References", .messageIDs(ids)), OutgoingField("Cc", .addresses(addresses)),
            OutgoingField("Subject", .text(String(repeating: "word ", count: 60) + "end")),
            OutgoingField("Subject", .text(String(repeating: "語", count: 300))),
            OutgoingField("Subject", .text(String(repeating: "x", count: 700))),
        ] {
            let lines = try text(field).split(separator: "\r\n")
            #expect(lines.count > 1)
            #expect(lines.allSatisfy { $0.utf8.count <= 78 })
        }
    }

    @Test(arguments: [
        ("short\nlines\n", "7bit"), ("", "7bit"), ("-- \nme", "quoted-printable"), (".\n", "quoted-printable"),
        ("From me\n", "quoted-printable"), ("ein Grüß Gott im Text, der sonst keine hat", "quoted-printable"),
        ("語語語語", "base64"), (String(repeating: "long ", count: 40), "quoted-printable"),
        ("a\u{0}b or not, in a longer text", "quoted-printable"),
        ("lone\rreturn in a line of text", "quoted-printable"),
    ])
    func textsGetThePlainestEncodingThatKeepsThem(value: String, encoding: String) throws {
        let message = OutgoingMessage(fields: [], body: OutgoingPart("text/plain", .text(value)))
        let octets = try message.octets(boundary: "x")
        let written = String(decoding: octets, as: UTF8.self)
        #expect(written.contains("Content-Transfer-Encoding: \(encoding)\r\n"))
        #expect(written.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 76 })
        octets.withUnsafeBytes { bytes in
            let part = MessageStructure.parse(bytes).root
            #expect(part.text(from: bytes).value == value)
            #expect(part.charset == "utf-8")
        }
    }

    @Test func attachedMessagesAreNotEncodedWhereTheyNeedNotBe() throws {
        let id = BlobID(hash: [UInt8](repeating: 1, count: 32))
        func encoding(_ attached: String) throws -> (String, Bool) {
            let message = OutgoingMessage(
                fields: [], body: OutgoingPart("multipart/mixed", .parts([OutgoingPart("message/rfc822", .blob(id))])))
            var octets: [UInt8] = []
            try message.write(
                boundary: "b", lending: { _, lend in try Array(attached.utf8).withUnsafeBytes(lend) },
                to: { octets += $0 })
            return octets.withUnsafeBytes { bytes in
                let part = MessageStructure.parse(bytes).root.children[0]
                return ("\(part.transferEncoding)", part.decoded(from: bytes) == Array(attached.utf8))
            }
        }
        #expect(try encoding("Subject: a\r\n\r\nb\r\n") == ("sevenBit", true))
        #expect(try encoding("Subject: a\r\n\r\nü\r\n") == ("eightBit", true))
        #expect(try encoding("Subject: a\n\nb\n") == ("base64", true))
    }

    @Test func anyMessageIsReadBackAsItWasMeant() throws {
        var random = SeededRandom(seed: SeededRandom.seed)
        for round in 0..<SeededRandom.rounds {
            var maker = RandomMessage(random: random)
            let message = maker.message()
            random = maker.random
            var octets: [UInt8] = []
            try message.write(
                boundary: "round\(round)", lending: { id, lend in try maker.blob(id).withUnsafeBytes(lend) },
                to: { octets += $0 })
            #expect(octets.split(separator: 0x0A).allSatisfy { $0.count <= 999 })
            octets.withUnsafeBytes { bytes in
                let structure = MessageStructure.parse(bytes)
                #expect(structure.defects == [], "round \(round), seed \(SeededRandom.seed)")
                expect(structure.root, bytes, is: message.body, maker)
            }
        }
    }

    private func expect(
        _ part: Part, _ bytes: UnsafeRawBufferPointer, is outgoing: OutgoingPart, _ maker: RandomMessage
    ) {
        #expect(part.mediaType == outgoing.mediaType)
        #expect(part.disposition == outgoing.disposition)
        #expect(part.fileName == outgoing.fileName?.inNormalizationFormC)
        #expect(part.contentID == outgoing.contentID)
        #expect(part.languages == outgoing.languages)
        #expect(part.location == outgoing.location)
        switch outgoing.content {
        case .parts(let parts):
            #expect(part.children.count == parts.count)
            for (child, outgoing) in zip(part.children, parts) { expect(child, bytes, is: outgoing, maker) }
        case .text(let text):
            #expect(part.text(from: bytes).value == text)
        case .blob(let id):
            #expect(part.decoded(from: bytes) == maker.blob(id))
        }
    }
}

/// Messages of any shape, from a seed.
private struct RandomMessage {
    var random: SeededRandom
    private var depth = 0

    init(random: SeededRandom) { self.random = random }

    private static let words = [
        "a", "Grüße", "日本語", "=?x?=", "(comment)", "\"quoted\"", "back\\slash", "a@b", "semi;colon", "comma,",
        "é\u{301}",
        "🦊", "x=y", "per%cent", "tick'", "<angle>", String(repeating: "long", count: 30), "a.b.c", "[br]", "-", "*",
    ]

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    private mutating func chance(_ percent: Int) -> Bool { number(0...99) < percent }

    private mutating func phrase() -> String {
        (0...number(0...4)).map { _ in Self.words.randomElement(using: &random) ?? "" }.joined(separator: " ")
    }

    private mutating func address() -> Address {
        Address(name: chance(70) ? phrase().inNormalizationFormC : nil, email: "user.\(number(0...99))@example.org")
    }

    mutating func message() -> OutgoingMessage {
        var fields = [
            OutgoingField("Subject", .text(phrase())),
            OutgoingField("From", .addresses([address()])),
            OutgoingField("To", .addresses((0...number(0...5)).map { _ in address() })),
            OutgoingField(
                "Cc", .groupedAddresses([AddressGroup(name: phrase(), addresses: [address(), address()])])),
            OutgoingField("References", .messageIDs((0...number(0...9)).map { "id\($0)@x" })),
            OutgoingField(
                "Date",
                .date(
                    MessageDate(
                        timestamp: Timestamp(seconds: Int64(number(0...4_000_000_000))),
                        offsetMinutes: number(-720...840)))),
        ]
        fields.shuffle(using: &random)
        return OutgoingMessage(fields: fields, body: part())
    }

    private mutating func part() -> OutgoingPart {
        depth += 1
        defer { depth -= 1 }
        var part: OutgoingPart
        if depth < 4, chance(40) {
            let kind = ["mixed", "alternative", "related"].randomElement(using: &random) ?? "mixed"
            return OutgoingPart("multipart/\(kind)", .parts((0...number(0...3)).map { _ in self.part() }))
        } else if chance(50) {
            part = OutgoingPart(chance(50) ? "text/plain" : "text/html", .text(text()))
        } else {
            let hash = [UInt8](repeating: UInt8(number(0...255)), count: 32)
            part = OutgoingPart("application/octet-stream", .blob(BlobID(hash: hash)))
        }
        if chance(50) { part.disposition = chance(50) ? "attachment" : "inline" }
        if chance(50) { part.fileName = phrase() }
        if chance(30) { part.contentID = "cid\(number(0...9))@x" }
        if chance(20) { part.languages = ["de", "en-GB"] }
        if chance(20) { part.location = "http://example.org/\(number(0...9))" }
        return part
    }

    private mutating func text() -> String {
        let lines = (0..<number(0...6)).map { _ in chance(20) ? "" : phrase() + (chance(10) ? " " : "") }
        return lines.joined(separator: "\n") + (chance(50) ? "\n" : "")
    }

    /// The octets that an id stands for, the same each time.
    func blob(_ id: BlobID) -> [UInt8] {
        var random = SeededRandom(seed: UInt64(id.hash[0]))
        return (0..<Int(id.hash[0]) * 3).map { _ in UInt8.random(in: 0...255, using: &random) }
    }
}
