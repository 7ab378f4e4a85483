import Foundation
import JSON
import Testing

/// A household run over HTTP alone: people, devices, tests of settings.
@Suite struct AdministrationTests {
    @Test func anAdministratorRunsTheHouseholdOverHTTP() async throws {
        let daemon = try await RunningDaemon.start()
        let account = try await daemon.addUser("ada")
        let ada = try await daemon.addDevice("phone", of: "ada")
        let confirmed = #""accountId":"\#(account)","currentPassword":"\#(RunningDaemon.password(of: "ada"))""#

        let session = try await ada.request("/jmap/session")
        let capability = "https://restante.example/ns/jmap/admin"
        let mine = session.json?.object?["accounts"]?.object?[account]?.object?["accountCapabilities"]?.object?[
            capability]?.object
        #expect(mine?["role"]?.string == "administrator" && mine?["asksForPassword"] == .bool(true))

        let refused = try await ada.call("User/set", #"{"accountId":"\#(account)","destroy":["u1"]}"#)
        #expect(refused.name == "error" && refused.result["type"]?.string == "forbidden")
        let made = try await ada.call(
            "User/set", #"{\#(confirmed),"create":{"k":{"name":"bob","password":"password of bob"}}}"#)
        let bob = try #require(made.result.at("created/k/id")?.string, "\(made)")
        let phone = try await daemon.addDevice("phone", of: "bob")
        #expect(try await phone.request("/jmap/session").status == 200)
        let device = try await ada.call("Device/set", #"{\#(confirmed),"create":{"k":{"name":"laptop"}}}"#)
        let secret = try #require(device.result.at("created/k/secret")?.string)
        let laptop = Device(name: "laptop", user: "ada", secret: secret, base: ada.base)
        #expect(try await laptop.request("/jmap/session").status == 200)

        _ = try await ada.call("User/set", #"{\#(confirmed),"update":{"\#(bob)":{"disabled":true}}}"#)
        #expect(try await phone.request("/jmap/session").status == 401)
        _ = try await ada.call("User/set", #"{\#(confirmed),"update":{"\#(bob)":{"disabled":false}}}"#)
        #expect(try await phone.request("/jmap/session").status == 200)
        let others = try await phone.call("User/get", #"{"accountId":"a2","ids":["u1","\#(bob)"]}"#)
        #expect(others.result.at("list/0/name")?.string == "bob" && others.result.at("notFound/0")?.string == "u1")
    }

    @Test func settingsAreTestedBeforeTheyAreSavedOverHTTPAndFromTheShell() async throws {
        let daemon = try await RunningDaemon.start()
        let account = try await daemon.addUser("ada")
        let ada = try await daemon.addDevice("phone", of: "ada")
        let record = #"{"type":"test","settings":{"host":"127.0.0.1","port":1,"username":"u","password":"s3cret"}}"#
        let made = try await ada.call("MaildropJob/set", #"{"accountId":"\#(account)","create":{"k":\#(record)}}"#)
        let id = try #require(made.result.at("created/k/id")?.string, "\(made)")
        var job = JSONObject()
        while job["endedAt"]?.string == nil {
            let got = try await ada.call("MaildropJob/get", #"{"accountId":"\#(account)","ids":["\#(id)"]}"#)
            job = try #require(got.result.at("list/0")?.object, "\(got)")
        }
        #expect(job["state"]?.string == "done" && job["succeeded"] == .bool(false))
        let findings = job.at("test/pop3/findings")?.array ?? []
        #expect(findings.compactMap { $0.object?["step"]?.string } == ["name", "connection"])
        let shell = try await daemon.command("call", "MaildropJob/get", "{}", "--user", "ada")
        #expect(shell.array?.last?.object?.at("list/0/id")?.string == id)
        let users = try await daemon.command("call", "User/get", "{}", "--user", "ada")
        #expect(users.array?.last?.object?.at("list/0/name")?.string == "ada")
    }
}
