import Foundation
import JSON
import SampleMail
import TestSupport
import Testing

/// Two clients that nobody here wrote, with a secret each, over one account that is polled from a real Dovecot.
@Suite struct TwoDevicesTests {
    @Test func whatOneDeviceDoesTheOtherHearsOfAndSees() async throws {
        let upstream = try DovecotServer()
        let sample = SampleMail(seed: 7, shape: SampleMail.Shape(count: 5, medianOctets: 2_000))
        try upstream.deliver((0..<5).map { sample.message($0) })
        let daemon = try await RunningDaemon.start()
        let account = try await daemon.addUser("ada")
        let phone = try await daemon.addDevice("phone", of: "ada")
        let laptop = try await daemon.addDevice("laptop", of: "ada")
        let mailbox = upstream.mailbox()
        try await daemon.command(
            "maildrop", "add", "provider", "--user", "ada", "--host", "localhost", "--port", "\(upstream.securePort)",
            "--username", mailbox.user, "--pin", try upstream.certificates.sha256(of: upstream.certificate),
            "--password-file", try daemon.passwordFile(mailbox.password))
        try await daemon.command("maildrop", "poll", "provider", "--user", "ada")
        let inbox = try await phone.call("Email/query", #"{"accountId":"\#(account)"}"#).result
        #expect(inbox["ids"]?.array?.count == 5)
        try await Peer.jmapc(
            host: "localhost:\(daemon.httpsPort)", authority: daemon.certificates.authority, phone, laptop)
        #expect(try upstream.messageCount() == 5)
    }

    @Test func aRevokedDeviceIsCutOffAtOnce() async throws {
        let daemon = try await RunningDaemon.start()
        _ = try await daemon.addUser("ada")
        let phone = try await daemon.addDevice("phone", of: "ada")
        let laptop = try await daemon.addDevice("laptop", of: "ada")
        try await Peer.revoked(
            phone, http: daemon.httpPort, pop3: daemon.pop3Port, by: daemon.revoke("phone", of: "ada"))
        #expect(try await laptop.request("/jmap/session").status == 200)
    }
}
