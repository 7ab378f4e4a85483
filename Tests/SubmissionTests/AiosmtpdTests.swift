import MailModel
import MailStore
import TestSupport
import Testing

@testable import Submission

/// A submission server that nobody here wrote.
@Suite struct AiosmtpdTests {
    /// Lines that begin with dots, a long one, eight-bit text, an attachment's base64 of some size.
    private static let message =
        "From: ada@example.org\nTo: bob@example.net\nBcc: cy@example.net\nMIME-Version: 1.0\n"
        + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n"
        + "Content-Transfer-Encoding: 8bit\n\n.\n..\n.dots\n" + String(repeating: "ü", count: 400)
        + "\n\n--b\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n"
        + String(repeating: String(repeating: "QUJD", count: 19) + "\n", count: 4000) + "--b--\n"

    @Test(arguments: AiosmtpdServer.Mode.allCases) func aMessageArrivesByteTrue(_ mode: AiosmtpdServer.Mode)
        async throws
    {
        let server = try await AiosmtpdServer.start(mode)
        let fixture = try await SendingFixture()
        try await fixture.addMaildrop(
            port: server.port, security: mode == .implicit ? .tls : .starttls, host: "localhost")
        let id = try await fixture.submit(
            Self.message, to: ["bob@example.net", "nobody@example.net", "cy@example.net"])
        let done = try await fixture.serving(authority: server.certificates.authority) {
            try await fixture.wait(for: id) { $0.state != .pending && $0.state != .sending }
        }
        #expect(done.state == .sent, "\(done.problem ?? "")")
        #expect(done.recipients.map(\.state) == [.relayed, .refused, .relayed])
        #expect(done.recipients[1].reply == "550 5.1.1 no such mailbox")
        let message = try server.message(1)
        #expect(server.count == 1 && message.sender == "ada@example.org")
        #expect(message.recipients == ["bob@example.net", "cy@example.net"])
        let wanted = Self.message.replacing("Bcc: cy@example.net\n", with: "").replacing("\n", with: "\r\n")
        #expect(message.octets == Array(wanted.utf8))
    }
}
