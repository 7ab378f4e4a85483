import JSON
import MailModel
import Synchronization
import TestSupport
import Testing

/// The daemon pushes to a push service over TLS, and is killed before that has said that it took the push.
@Suite struct PushTests {
    /// A push service that can be told to take the daemon away with the next push.
    private final class Service: Sendable {
        private let deadly = Mutex<(@Sendable () -> Void)?>(nil)

        func killWithTheNext(_ kill: @escaping @Sendable () -> Void) { deadly.withLock { $0 = kill } }

        func take() {
            deadly.withLock { kill in
                defer { kill = nil }
                return kill
            }?()
        }
    }

    private static func state(_ device: Device, _ account: String) async throws -> String {
        let got = try await device.call("Mailbox/get", #"{"accountId":"\#(account)","ids":[]}"#)
        return got.result["state"]?.string ?? "none"
    }

    @Test func whatNobodyHeardBeforeAKillIsPushedAfterIt() async throws {
        let daemon = try await RunningDaemon.start(trust: .test)
        let (arrivals, arrive) = AsyncStream.makeStream(of: [UInt8].self)
        let service = Service()
        let server = try await ScriptedHTTPServer(certificate: try daemon.certificates.valid()) { request in
            service.take()
            arrive.yield(request.octets)
            return .init(201, "")
        }
        var pushes = arrivals.makeAsyncIterator()
        let subscriber = PushSubscriber()
        func next() async throws -> JSONObject {
            let octets = try #require(await pushes.next())
            let text = try #require(subscriber.decrypt(octets))
            return try #require(try JSONParser.parse(Array(text.utf8)).object)
        }
        let account = try await daemon.addUser("ada")
        let device = try await daemon.addDevice("phone", of: "ada")
        let made = try await device.call(
            "PushSubscription/set",
            #"""
            {"create":{"k":{"deviceClientId":"phone","url":"https://localhost:\#(server.port)/push",
            "keys":\#(subscriber.keys),"types":["Mailbox"]}}}
            """#)
        let id = try #require(made.result.at("created/k/id")?.string)
        let code = try #require(try await next()["verificationCode"]?.string)
        let verified = try await device.call(
            "PushSubscription/set", #"{"update":{"\#(id)":{"verificationCode":"\#(code)"}}}"#)
        #expect(verified.result.at("updated")?.object?[id] != nil)

        service.killWithTheNext { daemon.kill() }
        // Its answer may be lost with the daemon: what it did is not.
        _ = try? await device.call("Mailbox/set", #"{"accountId":"\#(account)","create":{"k":{"name":"New"}}}"#)
        let first = try await next()

        let again = try await daemon.restarted()
        let second = try await next()
        #expect(second["@type"]?.string == "StateChange")
        let state = try await Self.state(again.device(like: device), account)
        for push in [first, second] { #expect(push.at("changed/\(account)/Mailbox")?.string == state) }
    }
}
