import Crypto

/// What stays the same of a message on its way through files: docs/fingerprint.md, "The content print". By it imported
/// mail is recognised when a maildrop brings it, and the other way round.
enum ContentPrint {
    /// - Returns: 32 octets.
    static func of(_ message: UnsafeRawBufferPointer) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: Array("restante content 1\n".utf8))
        // The fields without a size: what programs add to a header changes nothing.
        hash.update(data: Fingerprint.of(message, octets: 0))
        var lines = BodyLines(hash: hash)
        var rest = UnsafeRawBufferPointer(rebasing: message[bodyStart(of: message)...])
        while !rest.isEmpty {
            let end = rest.firstIndex(of: 0x0A) ?? rest.count
            lines.take(UnsafeRawBufferPointer(rebasing: rest[..<end]))
            rest = UnsafeRawBufferPointer(rebasing: rest[min(end + 1, rest.count)...])
        }
        return lines.finish()
    }

    /// Behind the first empty line.
    private static func bodyStart(of message: UnsafeRawBufferPointer) -> Int {
        var start = 0
        while start < message.count {
            let end = message[start...].firstIndex(of: 0x0A) ?? message.count
            if end == start || end == start + 1 && message[start] == 0x0D { return min(end + 1, message.count) }
            start = end + 1
        }
        return message.count
    }

    /// Hashes lines whatever they end with, without mbox's quoting and without empty ones at the end.
    private struct BodyLines {
        var hash: SHA256
        private var blanks = 0
        private static let from = Array("From ".utf8)
        private static let end: [UInt8] = [0x0A]

        init(hash: SHA256) { self.hash = hash }

        mutating func take(_ octets: UnsafeRawBufferPointer) {
            var line = octets
            while line.last == 0x0D { line = UnsafeRawBufferPointer(rebasing: line.dropLast()) }
            guard !line.isEmpty else {
                blanks += 1
                return
            }
            while blanks > 0 {
                hash.update(data: Self.end)
                blanks -= 1
            }
            if line.first == UInt8(ascii: ">") {
                let unquoted = line.drop { $0 == UInt8(ascii: ">") }
                if unquoted.starts(with: Self.from) { line = UnsafeRawBufferPointer(rebasing: unquoted) }
            }
            hash.update(bufferPointer: line)
            hash.update(data: Self.end)
        }

        func finish() -> [UInt8] { Array(hash.finalize()) }
    }
}
