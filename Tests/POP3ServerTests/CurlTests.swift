import MailModel
import MailStore
import TestSupport
import Testing

/// The server as a client sees it that nobody here wrote.
@Suite struct CurlTests {
    private static let message = "Subject: hello\r\n\r\n.dots\r\n..\r\nlast\r\n"

    @Test func curlListsReadsAndPeeks() async throws {
        try await PostOffice.open { office, ports in
            let ids = try await office.deliver([Array(Self.message.utf8), Array("Subject: two\r\n\r\nx\r\n".utf8)])
            let url = "pop3://127.0.0.1:\(ports.plain)/"
            #expect(try await Curl.run(office, [url]) == "1 \(Self.message.utf8.count)\r\n2 19\r\n")
            #expect(try await Curl.run(office, [url + "1"]) == Self.message)
            #expect(try await Curl.run(office, [url, "-X", "UIDL"]) == "1 \(ids[0])\r\n2 \(ids[1])\r\n")
            #expect(try await Curl.run(office, [url, "-X", "TOP 1 1"]) == "Subject: hello\r\n\r\n.dots\r\n")
        }
    }

    @Test func curlUpgradesToTLS() async throws {
        try await PostOffice.open { office, ports in
            try await office.deliver([Array(Self.message.utf8)])
            let url = "pop3://localhost:\(ports.startTLS)/1"
            #expect(try await Curl.run(office, [url, "--ssl-reqd"]) == Self.message)
            await #expect(throws: ExternalTool.Failed.self) { try await Curl.run(office, [url]) }
        }
    }

    @Test func curlSpeaksTLSFromTheStart() async throws {
        try await PostOffice.open { office, ports in
            try await office.deliver([Array(Self.message.utf8)])
            let url = "pop3s://localhost:\(ports.tls)/1"
            #expect(try await Curl.run(office, [url]) == Self.message)
            await #expect(throws: ExternalTool.Failed.self) { try await Curl.run(office, [url], user: "bob") }
        }
    }

    @Test func curlsDeletionGoesToTrash() async throws {
        try await PostOffice.open { office, ports in
            let ids = try await office.deliver([Array(Self.message.utf8), Array("Subject: two\r\n\r\nx\r\n".utf8)])
            _ = try await Curl.run(office, ["pop3://127.0.0.1:\(ports.plain)/1", "-X", "DELE", "-l"])
            let emails = try await office.emails(ids)
            #expect(emails.count == 2)
            #expect(Set(emails[0].mailboxIDs) == [try await office.mailbox(.trash)])
            #expect(Set(emails[1].mailboxIDs) == [try await office.mailbox(.inbox)])
        }
    }
}
