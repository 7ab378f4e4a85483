import HTTPTypes
import Hummingbird
import JSON
import MailModel
import MailStore
import Testing

@testable import HTTPServer

/// Event sources that browsers open: with the cookie, and with a ticket.
@Suite struct BrowserEventSourceTests {
    private func post(_ path: String, _ fields: String, _ body: String, at port: Int) async throws -> String {
        try await RawClient.connect(to: port) { connection in
            try await connection.send(
                "POST \(path) HTTP/1.1\r\nHost: x\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
            return try await connection.read(until: "}")
        }
    }

    private func cookie(at port: Int) async throws -> String {
        let answer = try await post(
            "/auth/session", "Content-Type: application/json\r\nOrigin: http://x\r\n",
            #"{"username":"ada","password":"\#(TestServer.password)"}"#, at: port)
        let start = try #require(answer.firstRange(of: "restante="))
        return String(answer[start.lowerBound...].prefix { $0 != ";" })
    }

    private func ticket(at port: Int, _ fields: String) async throws -> String {
        let answer = try await post("/jmap/eventsource", fields, "", at: port)
        let start = try #require(answer.firstRange(of: "\"ticket\":\""))
        return String(answer[start.upperBound...].prefix { $0 != "\"" })
    }

    private func makeMailbox(_ name: String, in server: TestServer) async throws {
        let account = try await server.store.account(server.ada.user.account)
        _ = try await account.write { try $0.createMailbox(NewMailbox(name: name)) }
    }

    @Test func aCookieOpensAnEventSourceThatEndsWithTheSession() async throws {
        let server = try await TestServer.open()
        try await server.run { addresses in
            let port = addresses[0].port
            let cookie = try await self.cookie(at: port)
            let request = "GET /jmap/eventsource?types=* HTTP/1.1\r\nHost: x\r\nCookie: \(cookie)\r\n\r\n"
            try await RawClient.connect(to: port) { connection in
                try await connection.send(request)
                #expect(try await connection.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
                try await self.makeMailbox("One", in: server)
                _ = try await connection.read(until: "event: state\n")
                let session = try #require(try await server.store.sessions(of: server.ada.user.id).first)
                try await server.store.revokeSession(session.id, of: server.ada.user.id)
                #expect(await connection.readToEnd().hasSuffix("\r\n0\r\n\r\n"))
            }
            try await RawClient.connect(to: port) { connection in
                try await connection.send(request)
                #expect(try await connection.read(until: "\r\n").hasPrefix("HTTP/1.1 401 "))
            }
        }
    }

    @Test func anExpiredSessionsEventSourceEnds() async throws {
        let server = try await TestServer.open {
            $0.limits.signIn.sessionLife = .zero
            $0.limits.signIn.sessionIdle = .zero
            $0.times.sessionUpkeep = .milliseconds(1)
        }
        // A session that has expired with its creation: opened by hand, as no request would be let in.
        let source = try server.server.core.hub.open(
            for: Principal(
                user: server.ada.user.id, userName: "ada", role: .member, account: server.ada.user.account,
                credential: .session(SessionID(rawValue: 1))))
        _ = try await server.store.signIn(
            userName: "ada", password: Secret(TestServer.password), from: "192.0.2.1", userAgent: "")
        try await server.run { _ in
            while source.inbox.take() != nil { await Task.yield() }
        }
    }

    @Test func aTicketOpensOneEventSourceOnce() async throws {
        let server = try await TestServer.open()
        try await server.run { addresses in
            let port = addresses[0].port
            let ticket = try await self.ticket(at: port, "Authorization: \(server.ada.phone.basicValue)\r\n")
            #expect(ticket.utf8.count == 40)
            let request =
                "GET /jmap/eventsource?types=*&ticket=\(ticket) HTTP/1.1\r\nHost: x\r\n"
                + "Origin: https://webmail.example.org\r\nSec-Fetch-Site: cross-site\r\n\r\n"
            try await RawClient.connect(to: port) { connection in
                try await connection.send(request)
                #expect(try await connection.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
                try await self.makeMailbox("One", in: server)
                _ = try await connection.read(until: "event: state\n")
                try await RawClient.connect(to: port) { again in
                    try await again.send(request)
                    #expect(try await again.read(until: "\r\n").hasPrefix("HTTP/1.1 401 "))
                }
                // It is the phone's: it ends with the phone.
                try await server.store.revokeDevice(server.ada.phone.device, of: server.ada.user.id)
                #expect(await connection.readToEnd().hasSuffix("\r\n0\r\n\r\n"))
            }
        }
    }

    @Test func aTicketOpensNothingElse() async throws {
        let server = try await TestServer.open()
        try await server.test(.router) { client in
            let answer = try await client.execute(
                uri: "/jmap/eventsource", method: .post, headers: server.ada.phone.basic)
            let object = try #require(try JSONParser.parse(Array(answer.body.readableBytesView)).object)
            let ticket = try #require(object["ticket"]?.string)
            #expect(object["expiresIn"]?.integer == 30)
            #expect(answer.headers[.cacheControl]?.contains("no-store") == true)
            for path in ["/jmap/session", "/jmap/api", "/jmap/download/\(server.ada.account)/b/x", "/metrics"] {
                let refused = try await client.execute(uri: path + "?ticket=\(ticket)", method: .get)
                #expect(refused.status == .unauthorized, "\(path)")
            }
            for method in [HTTPRequest.Method.head, .post] {
                let refused = try await client.execute(uri: "/jmap/eventsource?ticket=\(ticket)", method: method)
                #expect(refused.status == .unauthorized)
            }
            // Asking in vain has not used it.
            #expect(server.server.core.signIn.tickets.redeem(ticket, at: .now)?.device == server.ada.phone.device)
        }
    }

    @Test func aTicketOfARevokedDeviceOpensNothing() async throws {
        let server = try await TestServer.open()
        try await server.test(.router) { client in
            let answer = try await client.execute(
                uri: "/jmap/eventsource", method: .post, headers: server.ada.phone.basic)
            let object = try #require(try JSONParser.parse(Array(answer.body.readableBytesView)).object)
            let ticket = try #require(object["ticket"]?.string)
            try await server.store.revokeDevice(server.ada.phone.device, of: server.ada.user.id)
            let refused = try await client.execute(uri: "/jmap/eventsource?ticket=\(ticket)", method: .get)
            #expect(refused.status == .unauthorized)
        }
    }
}

@Suite struct EventTicketsTests {
    private func principal(_ device: Int64) -> Principal {
        Principal(
            user: UserID(rawValue: 1), userName: "ada", role: .member, account: AccountID(rawValue: 1),
            device: DeviceID(rawValue: device))
    }

    @Test func aTicketExpires() {
        let tickets = EventTickets(life: .seconds(30))
        let now = ContinuousClock.now
        let (early, late) = (tickets.issue(to: principal(1), at: now), tickets.issue(to: principal(1), at: now))
        #expect(tickets.redeem(early, at: now.advanced(by: .milliseconds(29_999))) == principal(1))
        #expect(tickets.redeem(late, at: now.advanced(by: .seconds(30))) == nil)
        #expect(tickets.redeem("", at: now) == nil)
    }

    @Test func aDevicesOldestTicketGivesWayAndOthersStay() {
        let tickets = EventTickets(life: .seconds(30))
        let now = ContinuousClock.now
        let other = tickets.issue(to: principal(2), at: now)
        let issued = (0...EventTickets.perCredential).map { _ in tickets.issue(to: principal(1), at: now) }
        #expect(Set(issued).count == issued.count)
        #expect(tickets.redeem(issued[0], at: now) == nil)
        #expect(tickets.redeem(issued[1], at: now) != nil)
        #expect(tickets.redeem(other, at: now) != nil)
    }
}
