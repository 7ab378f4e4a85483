import Foundation
import Synchronization

/// Stands between a client and a server and cuts the line after so many octets from the server.
public final class CuttingRelay: Sendable {
    /// What happens, once in a session, when the octets are through, in place of a cut: the line stays until one end
    /// closes it, and nothing more of the server's passes.
    public typealias Deed = @Sendable () -> Void

    private struct State {
        var limit: Int?
        var deed: Deed?
        var passed = 0
    }

    public let port: Int
    private let descriptor: Int32
    private let server: Int
    private let state = Mutex(State())

    /// Lets everything through to `server`, a port of 127.0.0.1, until it is told to cut.
    public init(to server: Int) throws {
        self.server = server
        (descriptor, port) = try Loopback.listen()
        let descriptor = descriptor
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0, let relay = self else {
                    if connection >= 0 { close(connection) }
                    break
                }
                relay.serve(connection)
            }
            close(descriptor)
        }
    }

    deinit { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// From the next session on; nil: never.
    public func cut(afterOctets limit: Int?, deed: Deed? = nil) {
        state.withLock { $0 = State(limit: limit, deed: deed) }
    }

    /// Octets from the server since the last call of ``cut(afterOctets:deed:)``.
    public var passed: Int { state.withLock { $0.passed } }

    /// One session at a time, as a poll makes them.
    private func serve(_ client: Int32) {
        defer { close(client) }
        guard let upstream = Loopback.connect(to: server) else { return }
        defer { close(upstream) }
        var sides = [pollfd(fd: client, events: Int16(POLLIN), revents: 0)]
        sides.append(pollfd(fd: upstream, events: Int16(POLLIN), revents: 0))
        var buffer = [UInt8](repeating: 0, count: 16384)
        var isDone = false
        while true {
            guard poll(&sides, nfds_t(sides.count), -1) > 0 else {
                if errno == EINTR { continue }
                return
            }
            for side in sides where side.revents != 0 {
                let count = recv(side.fd, &buffer, buffer.count, 0)
                guard count > 0 else { return }
                let (allowed, deed) = side.fd == upstream ? admit(count) : (count, nil)
                guard Self.send(buffer[..<allowed], to: side.fd == upstream ? client : upstream) else { return }
                if allowed < count {
                    guard let deed else { return }
                    if !isDone { deed() }
                    isDone = true
                }
            }
        }
    }

    /// How many of `count` octets from the server may pass, and what to do when not all may.
    private func admit(_ count: Int) -> (Int, Deed?) {
        state.withLock { state in
            let allowed = state.limit.map { max(0, min(count, $0 - state.passed)) } ?? count
            state.passed += allowed
            return (allowed, allowed < count ? state.deed : nil)
        }
    }

    private static func send(_ octets: ArraySlice<UInt8>, to descriptor: Int32) -> Bool {
        var rest = octets
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
