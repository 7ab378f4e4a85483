import HTTPTypes
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import HTTPServer

/// The guards of connections, with the time in the test's hand.
@Suite struct GuardTests {
    private final class ErrorWitness: ChannelInboundHandler {
        typealias InboundIn = NIOAny
        var errors: [any Error] = []
        func errorCaught(context: ChannelHandlerContext, error: any Error) { errors.append(error) }
    }

    private final class ReadWitness: ChannelOutboundHandler {
        typealias OutboundIn = NIOAny
        var reads = 0
        func read(context: ChannelHandlerContext) { reads += 1 }
    }

    private struct OtherError: Error {}

    private func connected(_ handlers: [any ChannelHandler]) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(handlers: handlers)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    private func head(_ method: HTTPRequest.Method = .post, _ fields: HTTPFields = [:]) -> HTTPRequestPart {
        .head(HTTPRequest(method: method, scheme: "http", authority: "x", path: "/jmap/api", headerFields: fields))
    }

    @Test func anAcceptThatFailsCostsAPauseAndNotTheListener() throws {
        let (reads, errors) = (ReadWitness(), ErrorWitness())
        let channel = try connected([
            reads, AcceptGuard(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }), errors,
        ])
        let before = reads.reads
        channel.pipeline.fireErrorCaught(IOError(errnoCode: 24, reason: "accept"))
        channel.read()
        #expect(errors.errors.isEmpty)
        #expect(reads.reads == before)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(250))
        #expect(reads.reads == before + 1)
        channel.pipeline.fireErrorCaught(OtherError())
        #expect(errors.errors.count == 1)
    }

    @Test func aReaderThatTakesNothingIsLetGo() throws {
        let channel = try connected([TransferGuard(largestBody: 10)])
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        channel.embeddedEventLoop.advanceTime(by: .seconds(59))
        channel.isWritable = true
        channel.pipeline.fireChannelWritabilityChanged()
        channel.embeddedEventLoop.advanceTime(by: .seconds(60))
        #expect(channel.isActive)
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        channel.embeddedEventLoop.advanceTime(by: .seconds(60))
        #expect(!channel.isActive)
    }

    @Test func aBodyThatWasAnsweredAlreadyMayOnlyLinger() throws {
        let channel = try connected([TransferGuard(largestBody: 10)])
        try channel.writeInbound(head())
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .unauthorized)))
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        channel.embeddedEventLoop.advanceTime(by: .seconds(4))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }

    @Test func aBodyThatEndsWhileItLingersKeepsItsConnection() throws {
        let channel = try connected([TransferGuard(largestBody: 10)])
        try channel.writeInbound(head())
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        try channel.writeInbound(HTTPRequestPart.end(nil))
        channel.embeddedEventLoop.advanceTime(by: .seconds(10))
        #expect(channel.isActive)
    }

    @Test(arguments: [("10", true), ("11", false)])
    func aClientIsToldToGoOnUnlessItsBodyIsTooLarge(length: String, isTold: Bool) throws {
        let channel = try connected([TransferGuard(largestBody: 10)])
        try channel.writeInbound(head(.post, [.expect: "100-continue", .contentLength: length]))
        let part = try channel.readOutbound(as: HTTPResponsePart.self)
        guard isTold else { return #expect(part == nil) }
        guard case .head(let answer) = part else { return #expect(Bool(false)) }
        #expect(answer.status == .continue)
        // While an answer is under way another one's leave would stand in its middle.
        try channel.writeInbound(HTTPRequestPart.end(nil))
        try channel.writeInbound(head(.post, [.expect: "100-continue", .contentLength: length]))
        #expect(try channel.readOutbound(as: HTTPResponsePart.self) == nil)
    }

    @Test func aBodyMustComeAtAnOctetRate() throws {
        let channel = try connected([TransferGuard(largestBody: 1_000_000)])
        func send(_ octets: Int) throws {
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(repeating: 0x41, count: octets)))
        }
        try channel.writeInbound(head())
        try send(1)
        // Sixty seconds are everybody's, and ten more for the ten KiB that came.
        channel.embeddedEventLoop.advanceTime(by: .seconds(59))
        try send(10 * 1024)
        channel.embeddedEventLoop.advanceTime(by: .seconds(10))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(2))
        #expect(!channel.isActive)
    }

    @Test func eachBodyHasItsOwnTime() throws {
        let channel = try connected([TransferGuard(largestBody: 1_000_000)])
        for _ in 0..<3 {
            try channel.writeInbound(head())
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "{}")))
            channel.embeddedEventLoop.advanceTime(by: .seconds(59))
            try channel.writeInbound(HTTPRequestPart.end(nil))
            try channel.writeOutbound(HTTPResponsePart.end(nil))
            channel.embeddedEventLoop.advanceTime(by: .seconds(100))
            #expect(channel.isActive)
        }
    }

    @Test func connectionsAreCountedByWhatAPeerCantChoose() throws {
        let counter = ConnectionCounter(limit: 2, exempt: TrustedProxies())
        let addresses = ["2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::3", "2001:db8:0:1::1", "192.0.2.1"]
            .compactMap { NetworkAddress($0) }
        #expect(addresses.map { counter.enter($0) } == [true, true, false, true, true])
        counter.leave(addresses[1])
        #expect(counter.enter(addresses[2]))
        #expect(!counter.enter(addresses[0]))
    }
}
