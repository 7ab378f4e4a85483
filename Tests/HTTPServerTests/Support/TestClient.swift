import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOPosix
import Synchronization

@testable import HTTPServer

/// What a test asks a server with: the responder itself, or a socket, a connection for each request.
struct TestClient: Sendable {
    struct Answer: Sendable {
        fileprivate let head: HTTPResponse
        let body: ByteBuffer
        var status: HTTPResponse.Status { head.status }
        var headers: HTTPFields { head.headerFields }
    }

    private let send: @Sendable (HTTPRequest, ByteBuffer?) async throws -> Answer

    func execute(
        uri: String, method: HTTPRequest.Method, headers: HTTPFields = [:], body: ByteBuffer? = nil
    ) async throws -> Answer {
        var request = HTTPRequest(
            method: method, scheme: "http", authority: "localhost", path: uri, headerFields: headers)
        if let body { request.headerFields[.contentLength] = "\(body.readableBytes)" }
        return try await send(request, body)
    }

    init(of responder: Responder) {
        send = { head, body in
            let source = ApplicationRequestContextSource(
                channel: NIOAsyncTestingChannel(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let request = Request(head: head, body: RequestBody(buffer: body ?? ByteBuffer()))
            let response = try await responder.respond(to: request, context: ConnectionContext(source: source))
            let written = WrittenBody()
            try await response.body.write(written)
            return Answer(head: response.head, body: written.octets.withLock { $0 })
        }
    }

    init(port: Int) {
        send = { head, body in
            let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(host: "127.0.0.1", port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        try channel.pipeline.syncOperations.addHandler(HTTP1ToHTTPClientCodec())
                        return try NIOAsyncChannel<HTTPResponsePart, HTTPRequestPart>(
                            wrappingChannelSynchronously: channel)
                    }
                }
            return try await channel.executeThenClose { inbound, outbound in
                // A server that has answered need not take the rest of the request.
                async let sent: Void? = try? outbound.write(
                    contentsOf: [.head(head)] + (body.map { [.body($0)] } ?? []) + [.end(nil)])
                let answer = try await Answer(inbound)
                await sent
                return answer
            }
        }
    }
}

/// Keeps what a response writes as its body.
private final class WrittenBody: ResponseBodyWriter, Sendable {
    let octets = Mutex(ByteBuffer())

    func write(_ buffer: ByteBuffer) async throws { octets.withLock { _ = $0.writeImmutableBuffer(buffer) } }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

extension TestClient.Answer {
    /// The connection ended before the answer did.
    private struct CutShort: Error {}

    fileprivate init(_ parts: NIOAsyncChannelInboundStream<HTTPResponsePart>) async throws {
        var (head, body): (HTTPResponse?, ByteBuffer) = (nil, ByteBuffer())
        for try await part in parts {
            switch part {
            case .head(let response): head = response
            case .body(let buffer): body.writeImmutableBuffer(buffer)
            case .end:
                guard let head, head.status.kind != .informational else { continue }
                self.init(head: head, body: body)
                return
            }
        }
        throw CutShort()
    }
}
