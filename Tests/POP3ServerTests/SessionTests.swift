import Logging
import MailModel
import MailStore
import NIOCore
import POP3
import POP3Server
import ServiceLifecycle
import Testing
import Transport

@Suite struct SessionTests {
    private static let one = Array("Subject: one\r\n\r\n.\r\n..\r\n".utf8)
    private static let two = Array("Subject: two\r\n\r\nbody\r\n".utf8)

    private static func number(_ value: Int) throws -> MessageNumber { try #require(MessageNumber(value)) }

    @Test(arguments: [ClientConfiguration.Security.plainText, .startTLS, .implicitTLS])
    func messagesComeOctetForOctet(security: ClientConfiguration.Security) async throws {
        try await PostOffice.open { office, ports in
            // Larger than what a session holds in memory at once, and than what the store keeps in its rows.
            let line = Array("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n.".utf8)
            let large = Array("Subject: large\r\n\r\n".utf8) + (0..<30_000).flatMap { _ in line } + [13, 10]
            let messages = [Self.one, large, Self.two]
            try await office.deliver(messages)
            let port =
                switch security {
                case .plainText: ports.plain
                case .startTLS: ports.startTLS
                case .implicitTLS: ports.tls
                }
            let orders = try (1...3).map { ClientOrder.retrieve(try Self.number($0), octets: 0) }
            let events = try await PhoneLine.call(office, port: port, security: security) { line in
                try await line.perform(orders + [.quit])
            }
            #expect(events.count == 5)
            #expect(events.first == .signedIn)
            for (index, message) in messages.enumerated() {
                guard case .message(let number, let octets) = events[index + 1] else {
                    Issue.record("no message \(index + 1)")
                    continue
                }
                #expect(number.value == index + 1)
                #expect(octets == message)
            }
            #expect(events.last == .finished)
        }
    }

    @Test func readingChangesNoKeyword() async throws {
        try await PostOffice.open { office, ports in
            let ids = try await office.deliver([Self.one], keywords: [.flagged])
            let before = try await office.account.read { try $0.modseq() }
            let events = try await PhoneLine.call(office, port: ports.plain) { line in
                try await line.perform([.retrieve(try Self.number(1), octets: 0), .quit])
            }
            #expect(events.last == .finished)
            #expect(try await office.emails(ids).first?.keywords == [.flagged])
            #expect(try await office.account.read { try $0.modseq() } == before)
        }
    }

    @Test func deletionsGoToTrashWithQuitAlone() async throws {
        try await PostOffice.open { office, ports in
            let ids = try await office.deliver([Self.one, Self.two], keywords: [.seen])
            let inbox = try await office.mailbox(.inbox)
            let trash = try await office.mailbox(.trash)
            _ = try await PhoneLine.call(office, port: ports.plain) { line in
                try await line.perform([.delete(try Self.number(2))])
            }
            #expect(try await office.emails(ids).map { Set($0.mailboxIDs) } == [[inbox], [inbox]])
            let events = try await office.afterRelease(ports.plain, [.delete(try Self.number(2)), .quit])
            #expect(events.last == .finished)
            #expect(try await office.emails(ids).map { Set($0.mailboxIDs) } == [[inbox], [trash]])
            #expect(try await office.emails(ids).map(\.keywords) == [[.seen], [.seen]])
        }
    }

    @Test func anAccountHasOneSessionAtATime() async throws {
        try await PostOffice.open { office, ports in
            try await PhoneLine.call(office, port: ports.plain) { first in
                #expect(try await first.perform([.noop]).first == .signedIn)
                let second = try await PhoneLine.call(office, port: ports.plain) { try await $0.perform([.noop]) }
                #expect(second == [.failed(.inUse, .inUse)])
                #expect(try await first.perform([.quit]) == [.finished])
            }
            #expect(try await office.afterRelease(ports.plain, [.quit]) == [.signedIn, .finished])
        }
    }

    @Test func aUserHasAsManyConnectionsAsTheLimit() async throws {
        var limits = Limits.Sessions()
        limits.perUser = 2
        try await PostOffice.open(limits: limits) { office, ports in
            try await PhoneLine.call(office, port: ports.plain) { first in
                #expect(try await first.perform([.noop]).first == .signedIn)
                try await PhoneLine.call(office, port: ports.plain) { second in
                    #expect(try await second.perform([.noop]) == [.failed(.inUse, .inUse)])
                    let third = try await PhoneLine.call(office, port: ports.plain) { try await $0.perform([.noop]) }
                    #expect(third == [.failed(.temporaryFailure, .temporaryFailure)])
                }
            }
        }
    }

    @Test func wrongCredentialsAreRefusedInTheSameWay() async throws {
        try await PostOffice.open { office, ports in
            for (user, secret) in [("ann", Secret("wrong")), ("bob", office.secret), ("nobody", Secret("wrong"))] {
                let events = try await PhoneLine.call(office, port: ports.plain, user: user, secret: secret) {
                    try await $0.perform([.quit])
                }
                #expect(events == [.failed(.credentialsRefused, .authentication)])
            }
            let password = try await PhoneLine.call(office, port: ports.plain, secret: Secret("a password")) {
                try await $0.perform([.quit])
            }
            #expect(password == [.failed(.credentialsRefused, .authentication)], "user passwords open no session")
        }
    }

    @Test func aRightSecretIsLetInPastOthersFailures() async throws {
        try await PostOffice.open { office, ports in
            // The house allows five failures a minute.
            for _ in 0..<5 {
                _ = try await office.store.signIn(userName: "ann", deviceSecret: Secret("x"), from: "127.0.0.1")
            }
            let wrong = try await PhoneLine.call(office, port: ports.plain, secret: Secret("wrong")) {
                try await $0.perform([.quit])
            }
            #expect(wrong == [.failed(.temporaryFailure, .temporaryFailure)])
            let right = try await PhoneLine.call(office, port: ports.plain) { try await $0.perform([.quit]) }
            #expect(right == [.signedIn, .finished])
        }
    }

    @Test func whoTalksWithoutSigningInIsSentAwayToo() async throws {
        var limits = Limits.Sessions()
        limits.beforeSignIn = .milliseconds(50)
        try await PostOffice.open(limits: limits) { office, ports in
            try await office.connector.withConnection(
                to: .init(host: "127.0.0.1", port: ports.plain, start: .plain)
            ) { connection in
                // Fails when the server is gone.
                while (try? await connection.write(ByteBuffer(string: "CAPA\r\n"), within: .seconds(60))) != nil,
                    (try? await connection.read(within: .seconds(60))) ?? nil != nil
                {}
            }
        }
    }

    @Test func aTrashThatIsGoneIsMadeAgain() async throws {
        try await PostOffice.open { office, ports in
            let ids = try await office.deliver([Self.one, Self.two])
            let trash = try await office.mailbox(.trash)
            try await office.account.write { writer in
                _ = try writer.updateMailboxes([trash: MailboxUpdate(role: .some(nil))])
            }
            let events = try await PhoneLine.call(office, port: ports.plain) { line in
                try await line.perform([.delete(try Self.number(1)), .quit])
            }
            #expect(events.last == .finished)
            let made = try await office.mailbox(.trash)
            #expect(made != trash)
            #expect(try await office.emails(ids).first?.mailboxIDs == [made])
            let names = try await office.account.read { try $0.mailboxes([made]).map(\.name) }
            #expect(names == ["Trash 2"])
        }
    }

    @Test func aRevokedDevicesSessionEnds() async throws {
        try await PostOffice.open { office, ports in
            try await PhoneLine.call(office, port: ports.tls, security: .implicitTLS) { line in
                #expect(try await line.perform([.noop]).first == .signedIn)
                try await office.store.revokeDevice(office.device.id, of: office.user.id)
                try await line.waitForEnd()
            }
            let events = try await PhoneLine.call(office, port: ports.plain) { try await $0.perform([.quit]) }
            #expect(events == [.failed(.credentialsRefused, .authentication)])
        }
    }

    @Test func anotherDevicesRevocationEndsNothing() async throws {
        try await PostOffice.open { office, ports in
            let (other, _) = try await office.store.createDevice(user: office.user.id, name: "other")
            try await PhoneLine.call(office, port: ports.plain) { line in
                #expect(try await line.perform([.noop]).first == .signedIn)
                try await office.store.revokeDevice(other.id, of: office.user.id)
                #expect(try await line.perform([.noop, .quit]).last == .finished)
            }
        }
    }

    @Test func aMessageThatIsGoneIsRefusedAlone() async throws {
        try await PostOffice.open { office, ports in
            let ids = try await office.deliver([Self.one, Self.two])
            let events = try await PhoneLine.call(office, port: ports.plain) { line in
                _ = try await line.perform([.noop])
                try await office.account.write { try $0.destroyEmail(ids[0]) }
                return try await line.perform([
                    .retrieve(try Self.number(1), octets: 0), .retrieve(try Self.number(2), octets: 0),
                    .delete(try Self.number(1)), .quit,
                ])
            }
            #expect(events.last == .finished)
            #expect(events.contains(.refused(.temporaryFailure, .temporaryFailure)))
            #expect(events.contains(.message(try Self.number(2), Self.two)))
        }
    }

    @Test func whoDoesNotSignInIsSentAway() async throws {
        var limits = Limits.Sessions()
        limits.beforeSignIn = .milliseconds(50)
        try await PostOffice.open(limits: limits) { office, ports in
            let connector = office.connector
            try await connector.withConnection(to: .init(host: "127.0.0.1", port: ports.plain, start: .plain)) {
                connection in
                while (try? await connection.read(within: .seconds(60))) ?? nil != nil {}
            }
        }
    }

    @Test func gracefulShutdownEndsOpenSessions() async throws {
        try await PostOffice.open { office, _ in
            let ids = try await office.deliver([Self.one])
            let service = try await office.bind()
            let group = ServiceGroup(
                configuration: .init(services: [.init(service: service)], logger: PostOffice.logger))
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                try await PhoneLine.call(office, port: service.ports[0]) { line in
                    #expect(try await line.perform([.delete(try Self.number(1))]).first == .signedIn)
                    await group.triggerGracefulShutdown()
                    try await line.waitForEnd()
                }
                try await tasks.waitForAll()
            }
            #expect(try await office.emails(ids).first?.mailboxIDs.contains(try await office.mailbox(.inbox)) == true)
        }
    }

    @Test func aPortThatIsTakenIsSaid() async throws {
        try await PostOffice.open { office, ports in
            var options = POP3ServiceOptions(ports: [
                .init(host: "127.0.0.1", port: 0, security: .plainText),
                .init(host: "127.0.0.1", port: ports.plain, security: .plainText),
            ])
            await #expect {
                try await POP3Service.bind(options, store: office.store, logger: PostOffice.logger)
            } throws: {
                ($0 as? TransportError)?.code == .bind
            }
            options.ports = [.init(host: "127.0.0.1", port: 0, security: .startTLS)]
            await #expect {
                try await POP3Service.bind(options, store: office.store, logger: PostOffice.logger)
            } throws: {
                ($0 as? TransportError)?.code == .certificateFiles
            }
        }
    }

    @Test func manyPipelinedMessagesCome() async throws {
        try await PostOffice.open { office, ports in
            let messages = (0..<60).map { Array("Subject: \($0)\r\n\r\n\(String(repeating: ".\r\n", count: $0))".utf8) }
            try await office.deliver(messages)
            let orders = try (1...60).reversed().map { ClientOrder.retrieve(try Self.number($0), octets: 100) }
            let events = try await PhoneLine.call(office, port: ports.plain) { line in
                try await line.perform([.maildropSize, .scanListing, .uniqueIDs] + orders + [.quit])
            }
            for (index, message) in messages.enumerated() {
                #expect(events.contains(.message(try Self.number(index + 1), message)))
            }
            #expect(events.last == .finished)
        }
    }
}

extension PostOffice {
    /// A session after another has ended on the client's side: the server may notice a little later.
    func afterRelease(_ port: Int, _ orders: [ClientOrder]) async throws -> [PhoneLine.Event] {
        while true {
            let events = try await PhoneLine.call(self, port: port) { try await $0.perform(orders) }
            if events != [.failed(.inUse, .inUse)] { return events }
        }
    }
}
