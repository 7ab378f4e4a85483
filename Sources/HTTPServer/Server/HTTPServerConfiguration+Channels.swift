import HummingbirdCore
import HummingbirdHTTP2
import MailModel
import NIOCore

extension HTTPServerConfiguration {
    /// For HTTP/1.1 connections, and for each stream of h2.
    var http1: HTTP1Channel.Configuration {
        let largest = max(limits.jmap.requestOctets, limits.jmap.uploadOctets)
        let guardTimes = TransferGuard.Times(linger: TimeAmount(times.linger), stall: TimeAmount(times.stall))
        return HTTP1Channel.Configuration(
            additionalChannelHandlers: [TransferGuard(largestBody: largest, times: guardTimes)],
            idleTimeout: TimeAmount(times.idle),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: bounds.headerField, maxHeaderListSize: bounds.headerList,
                maxHeaderFieldCount: bounds.headerFields))
    }

    var http2: HTTP2ChannelConfiguration {
        HTTP2ChannelConfiguration(
            idleTimeout: times.idle, gracefulCloseTimeout: times.linger, streamConfiguration: http1)
    }
}
