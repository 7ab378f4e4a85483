import Glibc
import Synchronization

/// One converter of the C library, from a charset to UTF-8.
struct Iconv: ~Copyable {
    private let handle: iconv_t
    private let charset: String

    /// Nil when the C library does not have the charset.
    init?(from charset: String) {
        guard let handle = IdleConverters.shared.take(charset) ?? Self.open(charset) else { return nil }
        self.handle = handle
        self.charset = charset
    }

    deinit {
        if !IdleConverters.shared.keep(handle, charset) { iconv_close(handle) }
    }

    private static func open(_ charset: String) -> iconv_t? {
        guard let handle = iconv_open("UTF-8", charset), Int(bitPattern: handle) != -1 else { return nil }
        return handle
    }

    /// Converts what it can; octets that mean nothing become U+FFFD. Returns how many octets at the end are the beginning
    /// of a character that is not complete; with `isLast` these become U+FFFD too, and the answer is zero.
    ///
    /// A bad octet costs one call, so the work stays linear in the input whatever it holds.
    mutating func convert(
        _ input: UnsafeRawBufferPointer, isLast: Bool, into output: inout [UInt8], hadProblem: inout Bool
    ) -> Int {
        guard let base = input.baseAddress else { return 0 }
        var source: UnsafeMutablePointer<CChar>? = UnsafeMutablePointer(
            mutating: base.assumingMemoryBound(to: CChar.self))
        var left = input.count
        let room = 4096
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: room) { buffer in
            while left > 0 {
                var target = buffer.baseAddress
                var free = room
                let before = left
                let result = iconv(handle, &source, &left, &target, &free)
                let reason = result == -1 ? errno : 0
                output.append(contentsOf: UnsafeRawBufferPointer(buffer)[..<(room - free)])
                guard reason != 0 else { break }
                if reason == EINVAL, !isLast, left <= 8 { return left }
                if reason == E2BIG, free < room || left < before { continue }
                appendReplacement(to: &output)
                hadProblem = true
                if reason == EINVAL { return 0 }
                source = source.map { $0 + 1 }
                left -= 1
            }
            return 0
        }
    }
}

/// Converters that nobody uses. Opening one makes the C library load a file, which takes longer than most texts do.
private final class IdleConverters: Sendable {
    static let shared = IdleConverters()
    /// Of one charset; as many as are likely to be used at once.
    private static let kept = 4

    /// By address, because pointers are not Sendable: each belongs to one caller between `take` and `keep`.
    private let idle = Mutex<[String: [UInt]]>([:])

    /// A converter in its initial state.
    func take(_ charset: String) -> iconv_t? {
        let address = idle.withLock { $0[charset]?.popLast() }
        guard let address, let handle = iconv_t(bitPattern: address) else { return nil }
        // Whatever shift state its last text ended in.
        iconv(handle, nil, nil, nil, nil)
        return handle
    }

    /// False when there are enough.
    func keep(_ handle: iconv_t, _ charset: String) -> Bool {
        idle.withLock { idle in
            guard idle[charset, default: []].count < Self.kept else { return false }
            idle[charset, default: []].append(UInt(bitPattern: handle))
            return true
        }
    }
}
