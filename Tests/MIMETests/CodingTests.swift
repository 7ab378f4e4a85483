import MIME
import MailModel
import Testing

@Suite struct CodingTests {
    private let rich = Sample(
        "Received: by x; Thu, 1 Jan 2015 00:00:00 +0000", "Message-ID: <a@x>", "In-Reply-To: <b@x>",
        "References: <b@x> <c@x>",
        "Sender: s@x", "From: =?utf-8?q?J=C3=B6?= <j@x>, k@x", "To: t@x", "Cc: ", "Bcc: b@x", "Reply-To: r@x",
        "Subject: Grüße",
        "Date: Thu, 1 Jan 1970 01:00:00 -0130", "Content-Type: multipart/mixed; boundary=a", "", "--a",
        "Content-Type: text/html; charset=koi8-r", "Content-Language: ru, en", "Content-Location: http://x/", "",
        "<p>text", "--a",
        "Content-Type: image/png; name=\"ü.png\"", "Content-Transfer-Encoding: base64", "Content-ID: <i@x>",
        "Content-Disposition: attachment", "", "aGVsbG8=", "--a--", "")

    @Test func whatIsWrittenIsReadBack() {
        let plain = Sample("", "")
        for sample in [rich, plain] {
            #expect(MessageStructure(encoded: sample.structure.encoded()) == sample.structure)
            #expect(MessageSummary(encoded: sample.summary.encoded()) == sample.summary)
        }
        #expect(rich.summary.cc == [])
        #expect(rich.summary.sentAt?.offsetMinutes == -90)
        #expect(rich.summary.receivedAt == Timestamp(rfc3339: "2015-01-01T00:00:00Z"))
    }

    @Test func anyCollectionOfOctetsIsRead() {
        let summary = rich.summary.encoded()
        #expect(MessageSummary(encoded: ([1, 2] + summary)[2...]) == rich.summary)
        #expect(MessageSummary(encoded: summary.lazy.map { $0 }) == rich.summary)
    }

    @Test func whatIsCutOrLongerIsRefused() {
        let structure = rich.structure.encoded()
        let summary = rich.summary.encoded()
        for length in 0..<structure.count { #expect(MessageStructure(encoded: structure.prefix(length)) == nil) }
        for length in 0..<summary.count { #expect(MessageSummary(encoded: summary.prefix(length)) == nil) }
        #expect(MessageStructure(encoded: structure + [0]) == nil)
        #expect(MessageSummary(encoded: summary + [0]) == nil)
        #expect(MessageStructure(encoded: [2] + structure.dropFirst()) == nil)
        #expect(MessageSummary(encoded: [2] + summary.dropFirst()) == nil)
    }

    /// Whatever is read from garbage, using it stays inside the message and traps nowhere.
    @Test func garbageIsRefusedOrHarmless() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<rounds {
            var structure = rich.structure.encoded()
            var summary = rich.summary.encoded()
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                structure[Int.random(in: structure.indices, using: &random)] = .random(in: 0...255, using: &random)
                summary[Int.random(in: summary.indices, using: &random)] = .random(in: 0...255, using: &random)
            }
            if let read = MessageStructure(encoded: structure) { exercise(read, rich.octets) }
            _ = MessageSummary(encoded: summary)?.sentAt?.description
            let noise = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            _ = MessageStructure(encoded: [1, 0] + noise)
            _ = MessageSummary(encoded: [1, 0xFF, 0x1F, 0] + noise)
        }
    }

    /// Stored rows of version 1 stay readable: these octets are frozen.
    @Test func theFormOfVersion1IsFrozen() {
        let sample = Sample("Subject: a", "From: B <b@x>", "Date: Thu, 1 Jan 1970 00:00:01 +0100", "", "text")
        let summary: [UInt8] = [
            1, 0x90, 0x0C, 0, 1, 2, 0x42, 3, 0x62, 0x40, 0x78, 1, 0x61, 0xAF, 0xAA, 0xB7, 0x03, 120, 4, 0x74, 0x65,
            0x78, 0x74,
        ]
        #expect(sample.summary.encoded() == summary)
        let structure: [UInt8] = [
            1, 0, 0, 67, 0, 4, 4, 0x74, 0x65, 0x78, 0x74, 5, 0x70, 0x6C, 0x61, 0x69, 0x6E, 9, 0x75, 0x73, 0x2D, 0x61,
            0x73, 0x63,
            0x69, 0x69, 0, 0, 0, 0, 0, 0, 4, 0,
        ]
        #expect(sample.structure.encoded() == structure)
    }
}
