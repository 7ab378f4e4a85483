import Crypto
import MailModel
import Testing

@testable import MailStore

/// docs/fingerprint.md is fixed for ever: these values never change.
@Suite struct FingerprintTests {
    private func fingerprint(_ text: String, octets: Int? = nil) -> [UInt8] {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBytes { Fingerprint.of($0, octets: octets ?? bytes.count) }
    }

    private func expected(_ text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

    @Test func itIsTheHashOfFiveFieldsAndTheOctets() {
        let header = """
            Received: by x\r\nSubject: A\r\n long  \t one \r\nFROM : ann@x\r\nTo:bob@x\r\nDate: now\r\n\
            Message-Id: <1@x>\r\nSubject: second\r\n\r\nSubject: body\r\n
            """
        let text = """
            restante fingerprint 1
            message-id:<1@x>
            date:now
            from:ann@x
            to:bob@x
            subject:A long one
            octets:1234

            """
        #expect(fingerprint(header, octets: 1234) == expected(text))
    }

    @Test func theHeaderAloneGivesTheSameAsTheWholeMessage() {
        let header = "Subject: a\r\nFrom: b\r\n\r\n"
        #expect(fingerprint(header + "body\r\n", octets: 99) == fingerprint(header, octets: 99))
        #expect(fingerprint("Subject: a\nFrom: b\n\nbody", octets: 99) == fingerprint(header, octets: 99))
        #expect(fingerprint("Subject: a\r\nFrom: b", octets: 99) == fingerprint(header, octets: 99))
    }

    @Test func whatServersAddDoesNotMatter() {
        #expect(
            fingerprint("Received: x\r\nX-UIDL: 1\r\nSubject: a\r\n\r\n", octets: 9)
                == fingerprint("Subject: a\r\nStatus: RO\r\n\r\n", octets: 9))
        #expect(fingerprint("Subject: a\r\n\r\n", octets: 9) != fingerprint("Subject: a\r\n\r\n", octets: 10))
    }

    @Test func anythingIsAMessage() {
        #expect(fingerprint("") == expected("restante fingerprint 1\noctets:0\n"))
        #expect(fingerprint("\r\n") == expected("restante fingerprint 1\noctets:2\n"))
        #expect(fingerprint(": \n :\nto", octets: 1) == expected("restante fingerprint 1\noctets:1\n"))
        #expect(fingerprint("to:", octets: 1) == expected("restante fingerprint 1\nto:\noctets:1\n"))
    }
}
