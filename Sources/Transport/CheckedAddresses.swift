public import MailModel
import NIOCore
import NIOPosix

/// Addresses that were found and allowed, for NIO to try in the order of RFC 8305 without asking anybody again.
final class CheckedAddresses: Resolver, Sendable {
    private let addresses: [SocketAddress]
    private let eventLoop: any EventLoop

    init(_ addresses: [IPAddress], port: Int, on eventLoop: any EventLoop) throws {
        self.addresses = try addresses.map { address in
            try SocketAddress(packedIPAddress: ByteBuffer(bytes: address.octets), port: port)
        }
        self.eventLoop = eventLoop
    }

    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        eventLoop.makeSucceededFuture(addresses.filter { $0.protocol == .inet })
    }

    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        eventLoop.makeSucceededFuture(addresses.filter { $0.protocol == .inet6 })
    }

    func cancelQueries() {}
}

extension HostResolver {
    /// The addresses of a host that a policy allows.
    ///
    /// Throws ``TransportError/Code/unknownHost``, ``TransportError/Code/addressNotAllowed``, and
    /// ``TransportError/Code/connectTimeout`` when the answer takes longer than `timeout`.
    public func addresses(
        of host: String, port: Int, allowedBy policy: AddressPolicy, within timeout: Duration
    ) async throws(TransportError) -> [IPAddress] {
        if let refusal = policy.refusal(ofPort: port) { throw .refusedByPolicy(refusal) }
        let found = try await hurried(host, within: timeout)
        let allowed = found.filter { policy.refusal(of: $0, port: port) == nil }
        guard !allowed.isEmpty else { throw .refusedByPolicy(.address) }
        return allowed
    }

    private func hurried(_ host: String, within timeout: Duration) async throws(TransportError) -> [IPAddress] {
        if let address = IPAddress(host) { return [address] }
        let (answers, sink) = AsyncStream.makeStream(of: Result<[IPAddress], TransportError>.self)
        // A question to the system can't be taken back: it is left to end by itself.
        let question = Task {
            do throws(TransportError) {
                sink.yield(.success(try await addresses(of: host)))
            } catch {
                sink.yield(.failure(error))
            }
        }
        let alarm = Task {
            try await Task.sleep(for: timeout)
            sink.yield(.failure(.unknown(host, .timeout)))
        }
        defer {
            question.cancel()
            alarm.cancel()
        }
        var iterator = answers.makeAsyncIterator()
        guard let answer = await iterator.next() else {
            throw TransportError(.cancelled, "The connection was ended from our side.")
        }
        return try answer.get()
    }
}

extension TransportError {
    enum Unanswered { case timeout }

    static func unknown(_ host: String, _ reason: Unanswered) -> TransportError {
        TransportError(
            .unknownHost,
            "The name \(host) could not be looked up in time: the name servers of this machine do not answer.")
    }

    static func refusedByPolicy(_ refusal: AddressPolicy.Refusal) -> TransportError {
        TransportError(.addressNotAllowed, refusal.sentence)
    }
}
