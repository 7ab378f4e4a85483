import Dispatch
public import MailModel
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Finds the addresses of names: the only one who does, so that what was checked is what is connected to.
public protocol HostResolver: Sendable {
    /// The addresses of a host, the preferred one first (RFC 6724); a literal is its own address.
    ///
    /// Throws ``TransportError/Code/unknownHost``.
    func addresses(of host: String) async throws(TransportError) -> [IPAddress]
}

/// Asks the system, as every other program on this machine does: hosts file, DNS, whatever it is told to.
public struct SystemResolver: HostResolver {
    /// Names asked for at once; more wait. A thread sits in each question, for as long as the system's time-out.
    private static let queue = DispatchQueue(label: "restante.resolver", attributes: .concurrent)

    public init() {}

    public func addresses(of host: String) async throws(TransportError) -> [IPAddress] {
        if let address = IPAddress(host) { return [address] }
        let question = Question()
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                question.wait(continuation)
                Self.queue.async { question.answer(Self.ask(host)) }
            }
        } onCancel: {
            // The thread goes on until the system's time-out, which may be long after the daemon should have ended.
            question.answer(.failure(TransportError(.cancelled, "The look-up of \(host) was ended from our side.")))
        }
        return try answer.get()
    }

    private static func ask(_ host: String) -> Result<[IPAddress], TransportError> {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Glibc)
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard status == 0 else { return .failure(.unknown(host, status)) }
        var addresses: [IPAddress] = []
        var next = list
        while let entry = next?.pointee {
            if let address = address(entry), !addresses.contains(address) { addresses.append(address) }
            next = entry.ai_next
        }
        return addresses.isEmpty ? .failure(.unknown(host, EAI_NONAME)) : .success(addresses)
    }

    private static func address(_ entry: addrinfo) -> IPAddress? {
        guard let pointer = entry.ai_addr else { return nil }
        let raw = UnsafeRawPointer(pointer)
        // What is behind the pointer is what its family says (getaddrinfo(3)): after family and port, and for IPv6 the flow,
        // the address. By offset, because a release build attributes the members to a module that nobody may import.
        switch entry.ai_family {
        case AF_INET: return IPAddress(octets: Array(UnsafeRawBufferPointer(start: raw + 4, count: 4)))
        case AF_INET6: return IPAddress(octets: Array(UnsafeRawBufferPointer(start: raw + 8, count: 16)))
        default:
            return nil
        }
    }
}

/// A look-up on a thread and whoever waits for it; the first answer counts.
private final class Question: Sendable {
    typealias Answer = Result<[IPAddress], TransportError>

    private struct State {
        var waiting: CheckedContinuation<Answer, Never>?
        var answer: Answer?
    }

    private let state = Mutex(State())

    func wait(_ continuation: CheckedContinuation<Answer, Never>) {
        let known = state.withLock { state in
            if state.answer == nil { state.waiting = continuation }
            return state.answer
        }
        if let known { continuation.resume(returning: known) }
    }

    func answer(_ answer: Answer) {
        let waiting = state.withLock { state -> CheckedContinuation<Answer, Never>? in
            guard state.answer == nil else { return nil }
            state.answer = answer
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume(returning: answer)
    }
}

extension TransportError {
    static func unknown(_ host: String, _ status: Int32) -> TransportError {
        let cause = String(cString: gai_strerror(status))
        guard status != EAI_AGAIN else {
            return TransportError(
                .unknownHost,
                "The name \(host) could not be looked up: the name servers of this machine do not answer.", cause: cause
            )
        }
        return TransportError(
            .unknownHost, "The name \(host) could not be found; check the host.", cause: cause)
    }
}
