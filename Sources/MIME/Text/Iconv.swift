import Glibc

/// One converter of the C library, from a charset to UTF-8.
struct Iconv: ~Copyable {
    private let handle: iconv_t

    /// Nil when the C library does not have the charset.
    init?(from charset: String) {
        guard let handle = iconv_open("UTF-8", charset), Int(bitPattern: handle) != -1 else { return nil }
        self.handle = handle
    }

    deinit { iconv_close(handle) }

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
