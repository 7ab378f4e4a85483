import MailModel
import MailStore
import TestSupport
import Testing

@testable import Submission

/// Submission servers that nobody here wrote.
@Suite struct SubmissionServerTests {
    /// Lines that begin with dots, a long one, eight-bit text, an attachment's base64 of some size.
    private static let message =
        "From: ada@example.org\nTo: bob@example.net\nBcc: cy@example.net\nMIME-Version: 1.0\n"
        + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n"
        + "Content-Transfer-Encoding: 8bit\n\n.\n..\n.dots\n" + String(repeating: "ü", count: 400)
        + "\n\n--b\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n"
        + String(repeating: String(repeating: "QUJD", count: 19) + "\n", count: 4000) + "--b--\n"

    @Test(arguments: SubmissionServer.Mode.allCases) func aMessageArrivesByteTrue(_ mode: SubmissionServer.Mode)
        async throws
    {
        let server = try await SubmissionServer.start(mode)
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

    /// Postfix writes one field of its own above the message; what follows is what was sent.
    @Test(arguments: SubmissionServer.Mode.allCases) func aMessageArrivesByteTrueThroughPostfix(
        _ mode: SubmissionServer.Mode
    ) async throws {
        let server = try await SubmissionServer.start(mode, .postfix)
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
        #expect(done.recipients[1].reply?.hasPrefix("550 5.1.1 ") == true)
        await server.untilDelivered(1)
        let message = try server.message(1)
        #expect(server.count == 1 && message.sender == "ada@example.org")
        #expect(message.recipients.sorted() == ["bob@example.net", "cy@example.net"])
        let wanted = Array(
            Self.message.replacing("Bcc: cy@example.net\n", with: "").replacing("\n", with: "\r\n").utf8)
        let above = String(decoding: message.octets.dropLast(wanted.count), as: UTF8.self)
        #expect(message.octets.suffix(wanted.count).elementsEqual(wanted))
        #expect(above.hasPrefix("Received: from ") && above.hasSuffix("\r\n"))
        #expect(above.dropLast(2).split(separator: "\r\n").dropFirst().allSatisfy { $0.hasPrefix("\t") })
    }
}
