public import Logging
import NIOCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where the lines of a connection are written down for somebody who looks for a fault.
///
/// Never what must stay secret: passwords and the payloads of AUTH are masked, and of message bodies only the number of
/// octets is told.
public struct WireTrace: Sendable {
    let write: @Sendable (String) -> Void

    /// Every line goes to `write`, without line end: `C: ` for the client's, `S: ` for the server's.
    public init(_ write: @escaping @Sendable (String) -> Void) { self.write = write }

    /// Lines go to `logger` at trace level, as metadata of a constant sentence.
    public static func logger(_ logger: Logger) -> WireTrace {
        WireTrace { logger.trace("Wire", metadata: ["line": "\($0)"]) }
    }

    /// Lines are appended to a file that only its owner may read; nil when it can't be opened.
    public static func file(_ path: String) -> WireTrace? {
        guard let file = TraceFile(path: path) else { return nil }
        return WireTrace { file.append($0) }
    }
}

/// An open file that lines are appended to; closed with its last user.
private final class TraceFile: Sendable {
    private let descriptor: Mutex<Int32>

    init?(path: String) {
        let opened = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard opened >= 0 else { return nil }
        descriptor = Mutex(opened)
    }

    deinit { descriptor.withLock { _ = close($0) } }

    func append(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        descriptor.withLock { descriptor in
            var rest = bytes[...]
            while !rest.isEmpty {
                let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                guard written > 0 else { return }
                rest = rest.dropFirst(written)
            }
        }
    }
}
