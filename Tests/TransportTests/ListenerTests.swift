import Logging
import NIOCore
import TestSupport
import Testing

@testable import Transport

@Suite struct ListenerTests {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test func stoppingLetsOpenConnectionsFinish() async throws {
        let listener = try await Listener.bind(
            ListenerOptions(host: "127.0.0.1", port: 0, start: .plain), logger: logger)
        try await withThrowingTaskGroup { group in
            group.addTask { try await listener.run { connection in try? await echo(connection) } }
            try await Connector().withConnection(to: target(listener, start: .plain)) { connection in
                try await connection.write("one")
                #expect(try await connection.read(count: 3) == "one")
                listener.stop()
                try await connection.write("two")
                #expect(try await connection.read(count: 3) == "two")
            }
            try await group.waitForAll()
        }
    }

    @Test func cancellationEndsOpenConnections() async throws {
        try await withServer(serve: echo) { listener in
            try await Connector().withConnection(to: target(listener, start: .plain)) { connection in
                try await connection.write("one")
                #expect(try await connection.read(count: 3) == "one")
                #expect(connection.peerAddress == "127.0.0.1")
            }
        }
    }

    @Test func aConnectionOverTheLimitIsClosed() async throws {
        try await withServer(maximumConnections: 1, serve: echo) { listener in
            try await Connector().withConnection(to: target(listener, start: .plain)) { first in
                try await first.write("one")
                #expect(try await first.read(count: 3) == "one")
                try await Connector().withConnection(to: target(listener, start: .plain)) { second in
                    let received = try await second.read(within: .seconds(20))
                    #expect(received == nil)
                }
            }
        }
    }

    @Test func onePeerDoesNotTakeEveryConnection() async throws {
        try await withServer(connectionsPerPeer: 1, serve: echo) { listener in
            try await Connector().withConnection(to: target(listener, start: .plain)) { first in
                try await first.write("one")
                #expect(try await first.read(count: 3) == "one")
                try await Connector().withConnection(to: target(listener, start: .plain)) { second in
                    let received = try await second.read(within: .seconds(20))
                    #expect(received == nil)
                }
            }
        }
    }

    @Test func peersAreCountedByWhatTheyCantChoose() {
        let counter = PeerCounter(limit: 2)
        let addresses = ["2001:db8::1", "2001:db8::2%eth0", "2001:db8::ffff:0:0:3", "2001:db8:0:1::1"]
        #expect(addresses.map { counter.enter($0) } == [true, true, false, true])
        #expect(["::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1"].map { counter.enter($0) } == [true, true, false])
        #expect((0..<3).map { _ in counter.enter(nil) } == [true, true, true])
        counter.leave(addresses[1])
        #expect(counter.enter(addresses[2]))
    }

    @Test func aPortInUseIsReported() async throws {
        try await withServer(serve: echo) { listener in
            let error = await #expect(throws: TransportError.self) {
                _ = try await Listener.bind(
                    ListenerOptions(host: "127.0.0.1", port: listener.port, start: .plain), logger: logger)
            }
            #expect(error?.code == .bind)
        }
    }
}
