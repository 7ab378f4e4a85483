import Foundation
import JSON
import TestSupport
import Testing

/// Two clients that nobody here wrote, one of which checks every answer against the RFCs, read, write, follow and send.
@Suite struct ForeignClientTests {
    @Test func theyWriteFindAndSendMessagesWithAttachments() async throws {
        let server = try await ScriptedSMTPServer()
        let daemon = try await RunningDaemon.start()
        let account = try await daemon.addUser("ada")
        let phone = try await daemon.addDevice("phone", of: "ada")
        let laptop = try await daemon.addDevice("laptop", of: "ada")
        try await daemon.command(
            "maildrop", "add", "ada@example.org", "--user", "ada", "--host", "127.0.0.1", "--port", "1", "--disabled",
            "--password-file", try daemon.passwordFile("sesame"), "--smtp-host", "127.0.0.1", "--smtp-port",
            "\(server.port)", "--smtp-security", "plain")
        try await Self.bringIn("Hello", phone, account, daemon)
        let (host, authority) = ("localhost:\(daemon.httpsPort)", daemon.certificates.authority)
        try await Peer.jmapcSender(host: host, authority: authority, phone)
        try await Peer.jmaplib(host: host, authority: authority, laptop)
        let messages = server.messages
        #expect(messages.map(\.recipients) == [["bob@example.net"], ["bob@example.net"]])
        let attachments = [
            Data((0..<8).flatMap { _ in UInt8.min...UInt8.max }),
            Data((0..<1000).flatMap { _ in [0, 0xFF] as [UInt8] }),
        ]
        for (message, attachment) in zip(messages, attachments) {
            let text = String(decoding: message.octets, as: UTF8.self).replacing("\r\n", with: "")
            #expect(text.contains(attachment.base64EncodedString()))
        }
    }

    private static func bringIn(
        _ subject: String, _ device: Device, _ account: String, _ daemon: RunningDaemon
    ) async throws {
        let file = daemon.scratch("one.eml")
        try "From: x@example.org\r\nSubject: \(subject)\r\n\r\nhello\r\n"
            .write(toFile: file, atomically: true, encoding: .utf8)
        let blob = try await device.upload(file, to: account)
        let boxes = try await device.call("Mailbox/query", #"{"accountId":"\#(account)","filter":{"role":"inbox"}}"#)
        let inbox = boxes.result.at("ids/0")?.string ?? ""
        let made = try await device.call(
            "Email/import",
            #"{"accountId":"\#(account)","emails":{"k":{"blobId":"\#(blob)","mailboxIds":{"\#(inbox)":true}}}}"#)
        #expect(made.result.at("created/k/id")?.string != nil)
    }
}
