import Testing

@testable import MailSync

@Suite struct ContentHashTests {
    private func hash(_ text: String, piece: Int = .max) -> [UInt8] {
        var hash = ContentHash()
        let octets = Array(text.utf8)
        for start in stride(from: 0, to: octets.count, by: min(piece, octets.count)) {
            octets[start..<min(octets.count, start + min(piece, octets.count))].withUnsafeBytes { hash.update($0) }
        }
        return hash.finalize()
    }

    private let plain = "Subject: hello\r\n there\r\nFrom: ada@example.org\r\n\r\nStatus: no field\r\nbody\r\n"

    @Test(arguments: [1, 2, 3, 7, 64, .max])
    func whatServersWriteIntoAHeaderDoesNotCount(piece: Int) {
        let written =
            "X-IMAPbase: 1 2\r\n          \r\nSubject: hello\r\n there\r\nStatus: RO\r\nX-UIDL: a\r\n b\r\n"
            + "From: ada@example.org\r\nX-UID: 7\r\n\r\nStatus: no field\r\nbody\r\n"
        #expect(hash(written, piece: piece) == hash(plain))
        #expect(hash(plain, piece: piece) == hash(plain))
    }

    @Test(arguments: [
        ("hello", "Hello"), ("Status: no field", "Status: a field"), ("there", "here"), ("From: ", "X-From: "),
        ("body\r\n", "body"),
    ])
    func everythingElseCounts(one: String, other: String) {
        #expect(hash(plain.replacing(one, with: other)) != hash(plain))
    }

    @Test func aMessageWithoutABodyHasItsHeader() {
        #expect(hash("Subject: a\r\nStatus: O\r\n") == hash("Subject: a\r\n"))
    }
}
