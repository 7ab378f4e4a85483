import MIME
import Testing

/// Uses everything that a message offers, and checks that its ranges lie inside.
func exercise(_ structure: MessageStructure, _ octets: [UInt8]) {
    octets.withUnsafeBytes { bytes in
        let choice = BodyChoice(structure)
        _ = structure.hasAttachment
        for part in structure.parts.prefix(200) {
            _ = part.decoded(from: bytes)
            _ = part.text(from: bytes, limit: 100)
            _ = part.headerFields(in: bytes)
            _ = structure.part(section: part.section)
        }
        let summary = MessageSummary.summarise(structure, bytes)
        #expect(summary.preview.utf16.count <= 256)
        _ = structure.searchText(summary, bytes, limit: 10_000)
        _ = MessageSummary(encoded: summary.encoded())
        _ = choice.attachments.count
    }
}

/// Parses, checks what must hold of every message, and uses everything.
func parseAndCheck(_ octets: [UInt8]) {
    let structure = octets.withUnsafeBytes { MessageStructure.parse($0) }
    for part in structure.parts {
        #expect(part.headerRange.lowerBound >= 0 && part.headerRange.upperBound <= part.bodyRange.lowerBound)
        #expect(part.bodyRange.upperBound <= octets.count)
        #expect(part.isMultipart == !part.children.isEmpty)
        for (one, next) in zip(part.children, part.children.dropFirst()) {
            #expect(one.bodyRange.upperBound <= next.headerRange.lowerBound)
        }
        for child in part.children {
            #expect(child.headerRange.lowerBound >= part.bodyRange.lowerBound)
            #expect(child.bodyRange.upperBound <= part.bodyRange.upperBound)
        }
    }
    #expect(MessageStructure(encoded: structure.encoded()) == structure)
    let summary = octets.withUnsafeBytes { MessageSummary.summarise(structure, $0) }
    #expect(MessageSummary(encoded: summary.encoded()) == summary)
    octets.withUnsafeBytes { bytes in
        let fields = HeaderFields(bytes, in: structure.root.headerRange)
        for field in fields.fields.prefix(100) {
            #expect(field.name.upperBound < field.value.lowerBound + 1 && field.value.upperBound <= octets.count)
            for form in HeaderForm.allCases { _ = field.value(as: form, in: bytes) }
        }
        for part in structure.parts.prefix(100) {
            var size = 0
            part.forEachDecodedPiece(of: bytes) { size += $0.count }
            #expect(size == part.decodedSize)
        }
    }
    exercise(structure, octets)
}

@Suite struct HostileTests {
    static let shapes: [String: [UInt8]] = [
        "empty": [],
        "one octet": [0],
        "CRLF": [13, 10],
        "only CR": Array(repeatElement([UInt8(0x61), 13], count: 10_000).joined()),
        "only LF": [UInt8](repeating: 10, count: 10_000),
        "NULs": [UInt8](repeating: 0, count: 10_000),
        "high octets": [UInt8](repeating: 0xFF, count: 10_000),
        "NULs in fields": Array(
            "Subj\0ect: a\0b\r\nTo: \0a\0@x\0\r\nContent-Type: text/\0plain; char\0set=\0\r\n\r\n\0".utf8),
        "a continuation first": Array(" a: b\r\nSubject: c\r\n\r\nd".utf8),
        "no blank line": Array("Subject: a\r\nthis is text\r\nTo: b".utf8),
        "header only": Array("Subject: a".utf8),
        "a colon": Array(":".utf8),
        "one line of two million": [UInt8](repeating: 0x61, count: 2_000_000),
        "one field of two million": Array("Subject:".utf8) + [UInt8](repeating: 0x61, count: 2_000_000),
        "one comment of comments": Array("From: ".utf8) + [UInt8](repeating: 0x28, count: 100_000),
        "backslash at the end": Array("From: \"a\\".utf8),
        "comment backslash at the end": Array("From: (a\\".utf8),
        "angle at the end": Array("From: <".utf8),
        "many boundaries": Array(
            ("Content-Type: multipart/mixed; boundary=a\r\n\r\n" + String(repeating: "--a\r\n", count: 20_000)).utf8),
        "RFC 2231 flood": Array(
            ("Content-Type: text/plain" + (0..<20_000).map { "; name*\($0)=x" }.joined() + "\r\n\r\n").utf8),
        "RFC 2231 numbers": Array(
            "Content-Type: text/plain; name*99999999999999999999=a; name*-1=b; name**=c; *=d; name*0*x*=e; *0=f\r\n\r\n"
                .utf8),
        "header flood": Array((String(repeating: "X:\r\n", count: 100_000) + "\r\n").utf8),
        "encoded words": Array(("Subject: " + String(repeating: "=?utf-8?q?", count: 20_000)).utf8),
    ]

    @Test(arguments: shapes.keys.sorted()) func nothingTraps(_ name: String) throws {
        parseAndCheck(try #require(Self.shapes[name]))
    }

    @Test func everyPrefixOfARichMessageIsParsed() {
        let message = Shape.multi(
            "mixed",
            [
                .multi(
                    "alternative",
                    [.text("plain", "A"), .multi("related", [.text("html", "B"), .part("image/x", "C")])]),
                .part("application/pdf", "D", disposition: "attachment", file: "\"a=?utf-8?q?b?=\""),
            ]
        ).sample.octets
        for length in 0...message.count { parseAndCheck(Array(message.prefix(length))) }
    }
}

@Suite struct LinearityTests {
    /// A message or value made of a beginning and so many repetitions.
    private func octets(_ before: String, _ unit: String, _ count: Int) -> [UInt8] {
        Array((before + String(repeating: unit, count: count)).utf8)
    }

    private func expectLinear(_ before: String, _ unit: String, _ work: (UnsafeRawBufferPointer) -> Int) {
        let small = octets(before, unit, 500).withUnsafeBytes(work)
        let large = octets(before, unit, 5_000).withUnsafeBytes(work)
        #expect(large <= 11 * small + 1_000, "\(unit): \(small) grew to \(large)")
        #expect(large <= 20 * (before.utf8.count + 5_000 * unit.utf8.count), "\(unit): \(large)")
    }

    @Test(arguments: [
        "(", ")", "((", "()", "(a)", "\"", "\\", "\"\\", "<", "<<", ">", "<>", "@", "a@", ":", "a:", "a:;", ";", ",",
        "a,", "a ",
        "a a@b : ", "=?", "=?=", "=?utf-8?q?", "=?utf-8?q?a?=", "=?utf-8?q?a?= ", "=?a,", "[", "a@[", "<@a", "<@a:",
        "<a,", "(a\\",
        "\0", "\r\n ", ".", "é",
    ])
    func addressesCostTheirLength(_ unit: String) {
        for before in ["", "a b c d e f ", "g: ", "<", "(", "\"", "=?utf-8?q?"] {
            expectLinear(before, unit, ParsingWork.addresses(of:))
        }
    }

    @Test(arguments: [
        "=", "=?", "=?=", " =?", "=?utf-8", "=?utf-8?", "=?utf-8?q?", " =?utf-8?q?", " =?utf-8?q?a", "=?utf-8?q?a?=",
        " =?utf-8?q?a?=",
        " =?utf-8?b?YQ==?=", "=?a?b?", "?=", " =?x?q?a?=", "a =?",
    ])
    func encodedWordsCostTheirLength(_ unit: String) {
        for before in ["", "=?utf-8?q?", "=?"] { expectLinear(before, unit, ParsingWork.text(of:)) }
    }

    @Test(arguments: [
        "--\r\n", "--a\r\n", "--a--\r\n", "--b\r\n", "--a\r\n\r\n", "--a \t\r\n", "-\r\n", "\r\n", "a: b\r\n", " a\r\n",
        ":\r\n", "--a\r\nX: y",
        "--a: b\r\n", "\n", "-- \n",
    ])
    func structureCostsItsLength(_ unit: String) {
        let multipart = "Content-Type: multipart/mixed; boundary=a\r\n\r\n"
        for before in ["", multipart, multipart + "--a\r\n", Self.deep] {
            expectLinear(before, unit, ParsingWork.structure(of:))
        }
    }

    /// A hundred open multiparts, whose boundaries are each other's beginnings.
    private static let deep: String = (1...100).reduce(into: "") { text, level in
        let boundary = String(repeating: "a", count: level)
        text += "Content-Type: multipart/mixed; boundary=\(boundary)\r\n\r\n--\(boundary)\r\n"
    }

    @Test func aHundredOpenMultipartsCostNoMoreThanOne() {
        let lines = String(repeating: "--ab\r\n--aaaaaaaaaaaaaaaab\r\ntext\r\n", count: 5_000)
        let multipart = "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\n"
        let one = Array((multipart + lines).utf8).withUnsafeBytes(ParsingWork.structure(of:))
        let hundred = Array((Self.deep + "\r\n" + lines).utf8).withUnsafeBytes(ParsingWork.structure(of:))
        #expect(hundred <= one + 30 * Self.deep.utf8.count)
    }
}
