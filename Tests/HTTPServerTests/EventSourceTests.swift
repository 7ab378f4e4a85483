import HTTPTypes
import JMAP
import MailModel
import MailStore
import Synchronization
import Testing

@testable import HTTPServer

@Suite struct EventSourceTests {
    private func request(_ query: String, as credential: TestServer.Credential, fields: String = "") -> String {
        "GET /jmap/eventsource?\(query) HTTP/1.1\r\nHost: x\r\nAuthorization: \(credential.basicValue)\r\n\(fields)\r\n"
    }

    private func makeMailbox(_ name: String, in server: TestServer, for person: TestServer.Person) async throws {
        let account = try await server.store.account(person.user.account)
        _ = try await account.write { try $0.createMailbox(NewMailbox(name: name)) }
    }

    @Test func aChangeIsPushedToItsUsersDevicesAlone() async throws {
        let server = try await TestServer.open()
        try await server.run { addresses in
            let port = addresses[0].port
            try await RawClient.connect(to: port) { mine in
                try await RawClient.connect(to: port) { others in
                    for connection in [0, 1] {
                        let credential = connection == 0 ? server.ada.phone : server.bob.phone
                        let text = self.request("types=*&closeafter=no&ping=0", as: credential)
                        if connection == 0 { try await mine.send(text) } else { try await others.send(text) }
                    }
                    let head = try await mine.read(until: "\r\n\r\n")
                    #expect(head.hasPrefix("HTTP/1.1 200 "))
                    #expect(
                        head.contains("content-type: text/event-stream\r\n")
                            || head.contains("Content-Type: text/event-stream\r\n"))
                    #expect(head.lowercased().contains("x-accel-buffering: no\r\n"))
                    _ = try await others.read(until: "\r\n\r\n")
                    try await self.makeMailbox("One", in: server, for: server.ada)
                    let event = try await mine.read(until: "\n\n")
                    #expect(event.contains("event: state\nid: a"))
                    #expect(event.contains("\"@type\":\"StateChange\""))
                    #expect(event.contains("\"Mailbox\":\"s"))
                    #expect(!event.contains("\"Email\""))
                    try await self.makeMailbox("His", in: server, for: server.bob)
                    let his = try await others.read(until: "\n\n")
                    #expect(his.contains("{\"\(server.bob.account)\":{\"Mailbox\""))
                }
            }
        }
    }

    @Test func closeAfterStateEndsTheAnswer() async throws {
        let server = try await TestServer.open()
        try await server.run { addresses in
            try await RawClient.connect(to: addresses[0].port) { connection in
                try await connection.send(self.request("types=Mailbox&closeafter=state&ping=0", as: server.ada.phone))
                _ = try await connection.read(until: "\r\n\r\n")
                try await self.makeMailbox("One", in: server, for: server.ada)
                let rest = await connection.readToEnd()
                #expect(rest.contains("event: state\n"))
                #expect(rest.hasSuffix("0\r\n\r\n"))
            }
        }
    }

    @Test func whoComesBackHearsAtOnceWhatWasMissed() async throws {
        let server = try await TestServer.open()
        try await server.run { addresses in
            let port = addresses[0].port
            try await self.makeMailbox("One", in: server, for: server.ada)
            let principal = try #require(
                try await server.store.signIn(userName: nil, deviceSecret: Secret(server.ada.phone.secret)))
            let id = try await server.server.core.jmap.pushState(for: principal).eventID
            try await self.makeMailbox("Two", in: server, for: server.ada)
            try await RawClient.connect(to: port) { connection in
                try await connection.send(
                    self.request("types=*", as: server.ada.phone, fields: "Last-Event-ID: \(id)\r\n"))
                let event = try await connection.read(until: "\n\n")
                #expect(event.contains("\"Mailbox\""))
            }
        }
    }

    @Test func theNinthOfADeviceIsRefused() async throws {
        let server = try await TestServer.open { $0.limits.eventSource.perDevice = 1 }
        try await server.run { addresses in
            let port = addresses[0].port
            try await RawClient.connect(to: port) { one in
                try await one.send(self.request("types=*", as: server.ada.phone))
                _ = try await one.read(until: "\r\n\r\n")
                try await RawClient.connect(to: port) { two in
                    try await two.send(self.request("types=*", as: server.ada.phone))
                    _ = try await two.read(until: "HTTP/1.1 429 ")
                    _ = try await two.read(until: "\"maxConcurrentEventSources\"")
                    try await two.send(self.request("types=*", as: server.ada.laptop))
                    _ = try await two.read(until: "HTTP/1.1 200 ")
                }
            }
        }
    }

    @Test func aPlaceIsFreeAgainWhenTheClientGoes() async throws {
        let server = try await TestServer.open { $0.limits.eventSource.perDevice = 1 }
        try await server.run { addresses in
            let port = addresses[0].port
            for _ in 0..<3 {
                try await RawClient.connect(to: port) { one in
                    try await one.send(self.request("types=*", as: server.ada.phone))
                    _ = try await one.read(until: "HTTP/1.1 200 ")
                }
                while server.server.core.hub.count > 0 { await Task.yield() }
            }
        }
    }

    @Test func aRevokedDevicesEventSourceEndsAndTheOthersGoOn() async throws {
        let server = try await TestServer.open()
        try await server.run { addresses in
            let port = addresses[0].port
            try await RawClient.connect(to: port) { revoked in
                try await revoked.send(self.request("types=*", as: server.ada.phone))
                _ = try await revoked.read(until: "\r\n\r\n")
                try await RawClient.connect(to: port) { other in
                    try await other.send(self.request("types=*", as: server.ada.laptop))
                    _ = try await other.read(until: "\r\n\r\n")
                    try await server.store.revokeDevice(server.ada.phone.device, of: server.ada.user.id)
                    #expect(await revoked.readToEnd() == "0\r\n\r\n")
                    try await self.makeMailbox("One", in: server, for: server.ada)
                    _ = try await other.read(until: "event: state\n")
                }
            }
        }
    }

    @Test func aGracefulShutdownEndsOpenEventSources() async throws {
        let server = try await TestServer.open()
        let (stopped, stop) = AsyncStream.makeStream(of: Void.self)
        let port = Mutex(0)
        async let serving: Void = server.run { addresses in
            port.withLock { $0 = addresses[0].port }
            for await _ in stopped {}
        }
        while port.withLock({ $0 }) == 0 { await Task.yield() }
        try await RawClient.connect(to: port.withLock { $0 }) { connection in
            try await connection.send(self.request("types=*", as: server.ada.phone))
            _ = try await connection.read(until: "\r\n\r\n")
            stop.finish()
            #expect(await connection.readToEnd() == "0\r\n\r\n")
        }
        try await serving
    }

    @Test func impossibleParametersAreRefused() async throws {
        let server = try await TestServer.open()
        try await server.test(.router) { client in
            for query in ["ping=-1", "closeafter=maybe"] {
                let response = try await client.execute(
                    uri: "/jmap/eventsource?\(query)", method: .get, headers: server.ada.phone.bearer)
                #expect(response.status == .badRequest)
            }
            let head = try await client.execute(
                uri: "/jmap/eventsource", method: .head, headers: server.ada.phone.bearer)
            #expect(head.status == .ok)
        }
    }
}
