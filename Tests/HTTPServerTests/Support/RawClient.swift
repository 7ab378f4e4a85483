import NIOCore
import NIOPosix

/// A TCP connection that sends what it is told and shows what comes back, whatever HTTP would say of either.
final class RawClient: Sendable {
    typealias Bytes = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    struct Conversation {
        let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
        var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
        private(set) var received = ""

        init(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>)
        {
            self.inbound = inbound.makeAsyncIterator()
            self.outbound = outbound
        }

        func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

        /// Reads until `text` has come; returns everything up to and with it, and forgets that.
        mutating func read(until text: String) async throws -> String {
            while true {
                if let range = received.firstRange(of: text) {
                    let head = String(received[..<range.upperBound])
                    received = String(received[range.upperBound...])
                    return head
                }
                guard let buffer = try await inbound.next() else { throw Ended(rest: received) }
                received += String(buffer: buffer)
            }
        }

        /// Reads until the server closes, on a copy.
        func drained() async -> String {
            var copy = self
            return await copy.readToEnd()
        }

        /// Reads until the server closes; returns everything that came and was not read before.
        mutating func readToEnd() async -> String {
            while let buffer = try? await inbound.next() { received += String(buffer: buffer) }
            return received
        }
    }

    struct Ended: Error { let rest: String }

    static func connect<Value: Sendable>(
        to port: Int, _ body: (inout Conversation) async throws -> Value
    ) async throws -> Value {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try Bytes(wrappingChannelSynchronously: channel) }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var conversation = Conversation(inbound, outbound)
            return try await body(&conversation)
        }
    }
}
