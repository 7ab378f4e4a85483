import NIOCore

/// Ends a connection from outside the task that uses it: its reads and writes then fail or end. May be called at any
/// time and more than once.
public struct ConnectionCloser: Sendable {
    private let channel: any Channel

    init(channel: any Channel) { self.channel = channel }

    public func close() { channel.close(promise: nil) }
}

extension Connection {
    public var closer: ConnectionCloser { ConnectionCloser(channel: wire.channel.channel) }
}
