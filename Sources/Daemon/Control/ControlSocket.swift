import Foundation

/// The socket in the data directory over which commands reach the daemon that owns it: plain system calls, because few
/// and small things cross it. Blocking ones run on threads of their own.
struct ControlSocket: Sendable {
    /// What a socket's path may have: sun_path holds 108 octets on Linux, 104 elsewhere.
    static let longestPath = 100
    /// Octets of one line; an answer of JMAP may be this long.
    static let longestLine = 128 * 1024 * 1024

    let path: String

    init(dataDirectory: String) throws(CommandError) {
        path = dataDirectory + "/control.sock"
        guard path.utf8.count <= Self.longestPath else {
            throw CommandError(
                .configuration,
                """
                The control socket's path \(path) has \(path.utf8.count) octets and a socket's may have \
                \(Self.longestPath): choose a shorter dataDirectory, or a symbolic link to it.
                """)
        }
    }

    /// Listens. The caller holds the directory's lock: a socket that is there already is a dead process's.
    func listen() throws(CommandError) -> Int32 {
        let descriptor = try Self.makeSocket()
        unlink(path)
        let isBound = withAddress { Foundation.bind(descriptor, $0, $1) == 0 }
        guard isBound, chmod(path, 0o600) == 0, Foundation.listen(descriptor, 16) == 0 else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw CommandError(.cannotCreate, "Could not listen on \(path): \(reason).")
        }
        return descriptor
    }

    /// Connects; nil when nobody listens.
    func connect() throws(CommandError) -> Int32? {
        let descriptor = try Self.makeSocket()
        guard withAddress({ Foundation.connect(descriptor, $0, $1) == 0 }) else {
            let number = errno
            close(descriptor)
            switch number {
            case ENOENT, ECONNREFUSED: return nil
            case EACCES, EPERM:
                throw CommandError(
                    .noPermission, "No permission to reach the daemon at \(path): run this as the user it runs as.")
            default:
                throw CommandError(
                    .unavailable, "The daemon at \(path) does not answer: \(String(cString: strerror(number))).")
            }
        }
        return descriptor
    }

    private static func makeSocket() throws(CommandError) -> Int32 {
        #if canImport(Glibc)
            let kind = Int32(SOCK_STREAM.rawValue)
        #else
            let kind = SOCK_STREAM
        #endif
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else {
            throw CommandError(.inputOutput, "No socket could be made: \(String(cString: strerror(errno))).")
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }

    private func withAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnixAddress(path, body)
    }
}

/// Calls `body` with the address of a Unix socket; a path that is too long is cut, so check before.
func withUnixAddress<Result>(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let octets = Array(path.utf8.prefix(MemoryLayout.size(ofValue: address.sun_path) - 1))
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: octets) }
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
}

/// Whole lines over a connected socket. Blocks: for threads that may.
final class LineChannel {
    private let descriptor: Int32
    private var pending: [UInt8] = []

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// The next line without its end; nil when the peer is gone or its line is too long.
    func readLine() -> [UInt8]? {
        var searched = 0
        while true {
            if let end = pending[searched...].firstIndex(of: 0x0A) {
                defer { pending.removeSubrange(...end) }
                return Array(pending[..<end])
            }
            searched = pending.count
            var buffer = [UInt8](repeating: 0, count: 64 * 1024)
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0, pending.count + count <= ControlSocket.longestLine else { return nil }
            pending += buffer[..<count]
        }
    }

    /// False when the peer is gone.
    @discardableResult
    func write(line: [UInt8]) -> Bool {
        var rest = (line + [0x0A])[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
