import Testing

@testable import Submission

@Suite struct BccFilterTests {
    private func filtered(_ text: String, cut: Int) -> String {
        var filter = BccFilter()
        var output: [UInt8] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: cut) {
            output += filter.filter(Array(bytes[start..<min(start + cut, bytes.count)]))
        }
        return String(decoding: output + filter.end(), as: UTF8.self)
    }

    @Test(arguments: [
        ("To: a\r\nBcc: x@y\r\nSubject: s\r\n\r\nBcc: stays\r\n", "To: a\r\nSubject: s\r\n\r\nBcc: stays\r\n"),
        ("bcc:x@y,\r\n z@y,\r\n\tq@y\r\nTo: a\r\n b\r\n\r\nhi", "To: a\r\n b\r\n\r\nhi"),
        ("BCC : x@y\nResent-Bcc: q\nTo: a\n\nhi\n", "To: a\n\nhi\n"),
        ("Bccx: 1\r\nXBcc: 2\r\nBc: 3\r\n\r\n", "Bccx: 1\r\nXBcc: 2\r\nBc: 3\r\n\r\n"),
        ("\r\nBcc: body\r\n", "\r\nBcc: body\r\n"), ("Bcc: x", ""), ("Bc", "Bc"), ("", ""),
        ("To: a\r\nBcc: x\r\n\r\n", "To: a\r\n\r\n"),
    ]) func secretRecipientsAreTakenOutOfTheHeaderAlone(_ text: String, _ wanted: String) {
        for cut in [1, 2, 3, 1000] { #expect(filtered(text, cut: cut) == wanted) }
    }

    @Test func aLineOfAnyLengthPassesUnchanged() {
        let text = String(repeating: "x", count: 200_000) + "\r\nBcc: y\r\n\r\nhi"
        #expect(filtered(text, cut: 65_536) == String(repeating: "x", count: 200_000) + "\r\n\r\nhi")
    }
}
