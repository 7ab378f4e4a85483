import Foundation
import JSON
import TestSupport
import Testing

/// A device that may set a maildrop up must not learn its password by it.
@Suite struct PasswordPlaceTests {
    @Test func aPasswordIsNotSentToAnotherServerBecauseADeviceSaysSo() async throws {
        let (upstream, thief) = (try await ScriptedPOP3Server(.numbered(1)), try await ScriptedPOP3Server(.numbered(0)))
        let daemon = try await RunningDaemon.start()
        let account = try await daemon.addUser("ada")
        let phone = try await daemon.addDevice("phone", of: "ada")
        let record = """
            {"name":"m","host":"127.0.0.1","port":\(upstream.port),"security":"plain","username":"alice",\
            "password":"alice-secret"}
            """
        let made = try await phone.call("Maildrop/set", #"{"accountId":"\#(account)","create":{"a":\#(record)}}"#)
        let id = made.result.at("created/a/id")?.string ?? ""
        try await daemon.command("maildrop", "poll", "m", "--user", "ada")
        #expect(upstream.commands("PASS").first == "PASS alice-secret")

        func update(_ patch: String) async throws -> JSONObject {
            try await phone.call("Maildrop/set", #"{"accountId":"\#(account)","update":{"\#(id)":\#(patch)}}"#).result
        }
        for patch in [
            #"{"port":\#(thief.port)}"#, #"{"host":"localhost","port":\#(thief.port)}"#,
            #"{"port":\#(thief.port),"signIn":"password","username":"alice"}"#,
        ] {
            #expect(try await update(patch).at("notUpdated/\(id)/properties/0")?.string == "password")
            try await daemon.command("maildrop", "poll", "m", "--user", "ada")
        }
        #expect(thief.record.sessions == 0)

        #expect(try await update(#"{"port":\#(thief.port),"password":"alice-secret"}"#).at("updated") != nil)
        try await daemon.command("maildrop", "poll", "m", "--user", "ada")
        #expect(thief.commands("PASS").first == "PASS alice-secret")
    }
}
