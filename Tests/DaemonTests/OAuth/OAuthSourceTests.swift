import Foundation
import JSON
import MailModel
import OAuth2
import OutboundHTTP
import Synchronization
import TestSupport
import Testing

@testable import Daemon

@Suite struct OAuthSourceTests {
    private let settings = Settings(dataDirectory: "/nowhere")

    @Test(arguments: [("google", "oauth.google.clientID"), ("microsoft", "oauth.microsoft.clientID")])
    func aProviderWithoutAClientIDSaysHowToGetOne(_ name: String, _ key: String) throws {
        let error = #expect(throws: CommandError.self) { try OAuthSource(name, flow: nil).provider(settings) }
        #expect(error?.status == .configuration)
        #expect(error?.message.contains(key) == true)
    }

    @Test func theConfigurationsClientIDIsUsed() throws {
        var settings = settings
        settings.oauth.google = .init(clientID: "g-1", clientSecret: "s")
        settings.oauth.microsoft.clientID = "m-1"
        let google = try OAuthSource("google", flow: nil).provider(settings)
        #expect((google.clientID, google.clientSecret == nil) == ("g-1", false))
        #expect(try OAuthSource("microsoft", flow: nil).provider(settings).clientID == "m-1")
    }

    @Test func aFileDescribesAProviderInYAMLOrJSON() throws {
        let yaml = """
            name: example
            tokenEndpoint: https://login.example.org/token
            deviceEndpoint: https://login.example.org/device
            clientID: c-1
            scopes: [mail.pop, offline_access]
            host: pop.example.org
            parameters: {audience: mail}
            """
        let json = """
            {"name":"example","tokenEndpoint":"https://login.example.org/token","clientID":"c-1","host":"pop.example.org",
            "deviceEndpoint":"https://login.example.org/device","scopes":"mail.pop offline_access",
            "parameters":{"audience":"mail"}}
            """
        for text in [yaml, json] {
            let provider = try OAuthFile.parse(text, from: "example.yaml")
            #expect((provider.name, provider.clientID, provider.popHost) == ("example", "c-1", "pop.example.org"))
            #expect(provider.scopes == ["mail.pop", "offline_access"])
            #expect(provider.extraParameters.map(\.name) == ["audience"])
            #expect(provider.authorizationEndpoint == nil)
        }
    }

    @Test(arguments: [
        ("", "YAML"), ("- a", "YAML"), ("a: [", "YAML"), ("tokenEndpoint: https://x.example/", "clientID"),
        ("clientID: c\ntokenEndpoint: http://x.example/", "https"), ("clientId: c", "clientId"),
        ("clientID: c\ntokenEndpoint: https://x.example/", "deviceEndpoint"),
    ])
    func aFileThatIsNotRightSaysWhatIsNot(_ text: String, _ word: String) {
        let error = #expect(throws: CommandError.self) { try OAuthFile.parse(text, from: "f.yaml") }
        #expect(error?.message.contains(word) == true)
    }

    @Test func aNameThatIsNoFileIsWrongUse() {
        let error = #expect(throws: CommandError.self) { try OAuthSource("gogle", flow: nil).provider(settings) }
        #expect(error?.status == .usage)
    }

    /// The whole way: a device code, a maildrop with a grant, and nothing of it in what is shown.
    @Test func aMaildropIsAddedAndChangedWithASignIn() async throws {
        let server = try await ScriptedHTTPServer { request in
            if request.target == "/device" {
                return .init(
                    #"{"device_code":"d","user_code":"AB-CD","verification_uri":"https://x.example/","interval":1}"#)
            }
            return .init(#"{"access_token":"a-secret","refresh_token":"r-secret","token_type":"Bearer"}"#)
        }
        let folder = try TemporaryFolder("oauth")
        let file = try folder.write(
            """
            name: example
            tokenEndpoint: http://127.0.0.1:\(server.port)/token
            deviceEndpoint: http://127.0.0.1:\(server.port)/device
            clientID: c-1
            scopes: [mail]
            host: pop.example.org
            """, to: "example.yaml")
        let shown = Shown()
        var arguments = JSONObject()
        arguments["name"] = "work"
        arguments["username"] = "ada@example.org"
        try await OAuthSource(file, flow: nil).complete(&arguments, of: "maildrop.add", settings) { shown.add($0) }
        #expect(arguments["host"]?.string == "pop.example.org")
        #expect(shown.text.contains("AB-CD") && !shown.text.contains("secret"))
        var settings = Settings(dataDirectory: folder.path("data"))
        settings.keyFile = folder.path("key")
        let runner = CommandRunner(settings: settings, logger: .quiet)
        var user = JSONObject()
        user["name"] = "ada"
        user["password"] = "correct horse"
        _ = try await runner.run("user.add", user)
        let (added, _) = try await runner.run("maildrop.add", arguments)
        #expect(added["signInProvider"]?.string == "example")
        #expect(added["hasPassword"]?.bool == false)
        #expect(!String(decoding: added.line, as: UTF8.self).contains("secret"))
        var change = JSONObject()
        change["name"] = "work"
        change["password"] = "an app password"
        let (changed, _) = try await runner.run("maildrop.set", change)
        #expect(changed["hasPassword"]?.bool == true && changed["signInProvider"] == nil)
        change = arguments
        change["host"] = nil
        let (again, _) = try await runner.run("maildrop.set", change)
        #expect(again["signInProvider"]?.string == "example")
    }
}

private final class Shown: Sendable {
    private let lines = Mutex("")
    var text: String { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0 += line } }
}
