import NIOCore
import TestSupport
import Testing
import Transport

@Suite struct ConnectionTests {
    let connector = Connector()

    @Test func manyOctetsArriveInOrder() async throws {
        let text = (0..<200_000).map { "\($0)\r\n" }.joined()
        try await withServer(serve: { try await $0.write(text) }) { listener in
            try await connector.withConnection(to: target(listener, start: .plain)) { connection in
                let received = try await connection.read(count: .max)
                #expect(received == text)
            }
        }
    }

    @Test func aSilentPeerEndsTheReadInTime() async throws {
        try await withServer(serve: echo) { listener in
            try await connector.withConnection(to: target(listener, start: .plain)) { connection in
                let error = await #expect(throws: TransportError.self) {
                    try await connection.read(within: .milliseconds(20))
                }
                #expect(error?.code == .timeout)
            }
        }
    }

    @Test func aLongerReadAfterAShortOneHasItsOwnTime() async throws {
        try await withServer(serve: echo) { listener in
            try await connector.withConnection(to: target(listener, start: .plain)) { connection in
                for _ in 0..<3 {
                    try await connection.write("ping")
                    #expect(try await connection.read(within: .seconds(60)) != nil)
                }
                let error = await #expect(throws: TransportError.self) {
                    try await connection.read(within: .milliseconds(10))
                }
                #expect(error?.code == .timeout)
            }
        }
    }

    @Test func aPeerThatTakesNothingEndsTheWriteInTime() async throws {
        try await withServer(serve: { _ in await untilCancelled() }) { listener in
            try await connector.withConnection(to: target(listener, start: .plain)) { connection in
                let error = await #expect(throws: TransportError.self) {
                    while true {
                        try await connection.write(
                            ByteBuffer(repeating: 0x41, count: 1 << 20), within: .milliseconds(50))
                    }
                }
                #expect(error?.code == .timeout)
            }
        }
    }

    @Test func cancellingTheTaskEndsTheRead() async throws {
        try await withServer(serve: echo) { listener in
            let target = target(listener, start: .plain)
            let task = Task {
                try await connector.withConnection(to: target) { connection in
                    try await connection.write("ready")
                    _ = try await connection.read(within: .seconds(20))
                    _ = try await connection.read(within: .seconds(600))
                }
            }
            task.cancel()
            let error = await #expect(throws: (any Error).self) { try await task.value }
            #expect(error is CancellationError || (error as? TransportError)?.code == .cancelled)
        }
    }

    @Test func namesThatDoNotExistAreNamed() async throws {
        let error = await #expect(throws: TransportError.self) {
            let target = ConnectionTarget(host: "no-such-host.invalid", port: 995, start: .plain)
            try await connector.withConnection(to: target) { _ in }
        }
        #expect(error?.code == .unknownHost)
        #expect(error?.message.contains("no-such-host.invalid") == true)
    }

    @Test func aClosedPortIsRefused() async throws {
        let target = ConnectionTarget(host: "127.0.0.1", port: try FreePort.any(), start: .plain)
        let error = await #expect(throws: TransportError.self) {
            try await connector.withConnection(to: target) { _ in }
        }
        #expect(error?.code == .refused)
    }
}
