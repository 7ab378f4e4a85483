import Hummingbird
import Logging
import NIOCore

/// What a request's connection tells about it.
struct ConnectionContext: InitializableFromSource {
    let channel: any Channel
    let logger: Logger

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
        logger = source.logger
    }

    var peer: NetworkAddress? { channel.remoteAddress.flatMap { NetworkAddress($0) } }

    /// Whether the channel is one stream of an h2 connection: then its parent is that connection, whose parent is the
    /// listener; the parent of an HTTP/1.1 connection is the listener itself.
    private var isStream: Bool { channel.parent?.parent != nil }

    /// A connection of its own, ended with the answer: an HTTP/1.1 event source.
    var isWholeConnection: Bool { channel.parent != nil && !isStream }

    /// Keeps what waits for a slow reader small, so that the reader gets the newest event and not a backlog. A stream of
    /// h2 has its flow control for that, and takes no options.
    func keepBacklogSmall() async {
        guard isWholeConnection else { return }
        let mark = ChannelOptions.Types.WriteBufferWaterMark(low: 1, high: 512)
        try? await channel.setOption(.writeBufferWaterMark, value: mark).get()
        try? await channel.setOption(.socketOption(.so_sndbuf), value: 4096).get()
    }
}
