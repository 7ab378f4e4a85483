import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Watches how the octets of one connection (HTTP/1.1) or one stream (h2) move, where the framework does not:
///
/// - `Expect: 100-continue` is answered at once, so that a client does not hold its body back for a second
///   (RFC 9110 §10.1.1), unless the body is announced larger than anything here takes.
/// - A request that was answered before its body came (401, 413) may linger only briefly: without that, whoever sends it
///   would be read to the end, however long.
/// - A reader that takes nothing for too long is let go.
/// - A body that goes on coming, but too slowly, is not waited for.
final class TransferGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    struct Times: Sendable {
        /// How long the body of a request that was answered already may go on.
        var linger: TimeAmount = .seconds(5)
        /// How long an answer may wait for its reader.
        var stall: TimeAmount = .seconds(60)
        /// How long a body may take whatever its size; each KiB that came adds a second.
        var body: TimeAmount = .seconds(60)
    }

    /// Octets a second that a body must reach after `Times.body`.
    private static let bodyRate: Int64 = 1024

    private let largestBody: Int
    private let times: Times
    private var requestsInProgress = 0
    private var isReadingBody = false
    private var lingerTimer: Scheduled<Void>?
    private var stallTimer: Scheduled<Void>?
    private var bodyTimer: Scheduled<Void>?
    /// Octets of the body at hand.
    private var bodyOctets: Int64 = 0

    init(largestBody: Int, times: Times = Times()) {
        self.largestBody = largestBody
        self.times = times
    }

    func handlerRemoved(context: ChannelHandlerContext) { cancelTimers() }

    func channelInactive(context: ChannelHandlerContext) {
        cancelTimers()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            isReadingBody = true
            requestsInProgress += 1
            if requestsInProgress == 1, wantsContinue(head) {
                context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            }
        case .body(let buffer):
            bodyOctets += Int64(buffer.readableBytes)
            if bodyTimer == nil { watchBody(context, since: .zero, for: times.body) }
        case .end:
            isReadingBody = false
            bodyTimer?.cancel()
            bodyTimer = nil
            bodyOctets = 0
            lingerTimer?.cancel()
            lingerTimer = nil
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            requestsInProgress -= 1
            if isReadingBody, lingerTimer == nil { lingerTimer = close(context, after: times.linger) }
        }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stallTimer?.cancel()
        stallTimer = context.channel.isWritable ? nil : close(context, after: times.stall)
        context.fireChannelWritabilityChanged()
    }

    /// Looks again when the time is over that the octets so far allow. `elapsed` is how long the body has been coming then.
    private func watchBody(_ context: ChannelHandlerContext, since elapsed: TimeAmount, for delay: TimeAmount) {
        bodyTimer = context.eventLoop.assumeIsolated().scheduleTask(in: delay) {
            let elapsed = elapsed + delay
            let allowed = self.times.body + .milliseconds(self.bodyOctets * 1000 / Self.bodyRate)
            guard elapsed < allowed else { return context.close(promise: nil) }
            self.watchBody(context, since: elapsed, for: allowed - elapsed)
        }
    }

    private func wantsContinue(_ head: HTTPRequest) -> Bool {
        guard head.headerFields[.expect]?.lowercased() == "100-continue" else { return false }
        let length = head.headerFields[.contentLength].flatMap { Int($0) } ?? 0
        return length <= largestBody
    }

    private func close(_ context: ChannelHandlerContext, after delay: TimeAmount) -> Scheduled<Void> {
        context.eventLoop.assumeIsolated().scheduleTask(in: delay) { context.close(promise: nil) }
    }

    private func cancelTimers() {
        lingerTimer?.cancel()
        stallTimer?.cancel()
        bodyTimer?.cancel()
    }
}
