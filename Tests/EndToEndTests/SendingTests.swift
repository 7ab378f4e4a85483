import Foundation
import JSON
import Synchronization
import TestSupport
import Testing

/// The daemon sends, and is killed while it does.
@Suite struct SendingTests {
    /// When the daemon is killed, by the command that the server has just got.
    enum Moment: String, CaseIterable {
        case beforeData = "MAIL"
        case inData = "DATA…"
        case afterTheDot = "."
        case afterTheCommit = "QUIT"
    }

    private static func prepare(
        _ daemon: RunningDaemon, port: Int
    ) async throws -> (device: Device, account: String, identity: String) {
        let account = try await daemon.addUser("ada")
        let device = try await daemon.addDevice("phone", of: "ada")
        try await daemon.command(
            "maildrop", "add", "ada@example.org", "--user", "ada", "--host", "127.0.0.1", "--port", "1", "--disabled",
            "--password-file", try daemon.passwordFile("sesame"), "--smtp-host", "127.0.0.1", "--smtp-port", "\(port)",
            "--smtp-security", "plain")
        let identities = try await device.call("Identity/get", #"{"accountId":"\#(account)"}"#).result
        return (device, account, identities.at("list/0/id")?.string ?? "")
    }

    /// Writes a message with an attachment and hands it in; the submission's id.
    private static func send(_ device: Device, _ account: String, _ identity: String) async throws -> String {
        let boxes = try await device.call("Mailbox/query", #"{"accountId":"\#(account)","filter":{"role":"drafts"}}"#)
        let drafts = boxes.result.at("ids/0")?.string ?? ""
        let made = try await device.call(
            "Email/set",
            #"""
            {"accountId":"\#(account)","create":{"e":{"mailboxIds":{"\#(drafts)":true},"keywords":{"$draft":true},
            "from":[{"name":"Ada","email":"ada@example.org"}],"to":[{"email":"bob@example.net"}],
            "bcc":[{"email":"cy@example.net"}],"subject":"Grüße","textBody":[{"partId":"1"}],
            "bodyValues":{"1":{"value":".a\n..b\nfünf"}}}}}
            """#)
        let email = made.result.at("created/e/id")?.string ?? ""
        let set = try await device.call(
            "EmailSubmission/set",
            #"""
            {"accountId":"\#(account)","create":{"k":{"identityId":"\#(identity)","emailId":"\#(email)"}}}
            """#)
        return set.result.at("created/k/id")?.string ?? ""
    }

    /// Asks until the submission is settled or in doubt.
    private static func outcome(_ id: String, _ device: Device, _ account: String) async throws -> String {
        while true {
            let got = try await device.call(
                "EmailSubmission/get",
                #"{"accountId":"\#(account)","ids":["\#(id)"],"properties":["sendState"]}"#)
            let state = got.result.at("list/0/sendState")?.string ?? "gone"
            guard state == "pending" || state == "sending" else { return state }
        }
    }

    @Test(arguments: Moment.allCases) func killedWhileItSends(_ moment: Moment) async throws {
        let server = try await ScriptedSMTPServer()
        let daemon = try await RunningDaemon.start()
        let (device, account, identity) = try await Self.prepare(daemon, port: server.port)
        let (killed, sink) = AsyncStream.makeStream(of: Void.self)
        server.setScript { command, session in
            guard session == 1, command.hasPrefix(moment.rawValue), command != "DATA" else { return nil }
            daemon.kill()
            sink.finish()
            return .close
        }
        let id = try await Self.send(device, account, identity)
        for await _ in killed {}
        let again = try await daemon.restarted()
        let phone = again.device(like: device)
        let state = try await Self.outcome(id, phone, account)
        switch moment {
        case .beforeData: #expect(state == "sent" && server.messages.count == 1)
        // The whole message may be on its way when the server sees its first line.
        case .inData: #expect(state == (server.messages.isEmpty ? "inDoubt" : "sent") && server.messages.count <= 1)
        case .afterTheDot: #expect(state == "inDoubt" && server.messages.isEmpty)
        case .afterTheCommit: #expect(state == "sent" && server.messages.count == 1)
        }
        guard moment == .afterTheDot else { return }
        _ = try await phone.call(
            "EmailSubmission/set",
            #"{"accountId":"\#(account)","update":{"\#(id)":{"sendState":"pending"}}}"#)
        #expect(try await Self.outcome(id, phone, account) == "sent")
        let text = String(decoding: try #require(server.messages.first).octets, as: UTF8.self)
        #expect(!text.lowercased().contains("cy@example.net") && text.contains("To: bob@example.net\r\n"))
        #expect(server.messages.first?.recipients == ["bob@example.net", "cy@example.net"])
    }
}
