/// Line ends of a message in a file of its own and on the wire.
public enum LineEnds {
    /// Whether every LF of a message has its CR: then LF alone says the same.
    public static func areCRLF(_ octets: UnsafeRawBufferPointer) -> Bool {
        var start = 0
        while let end = octets[start...].firstIndex(of: 0x0A) {
            guard end > 0, octets[end - 1] == 0x0D else { return false }
            start = end + 1
        }
        return true
    }

    /// Takes the CR of every CRLF away.
    public static func toLF(_ octets: UnsafeRawBufferPointer, to sink: ([UInt8]) throws -> Void) rethrows {
        var output: [UInt8] = []
        var start = 0
        while start < octets.count {
            let end = octets[start...].firstIndex(of: 0x0A) ?? octets.count
            let hasCR = end < octets.count && end > start && octets[end - 1] == 0x0D
            output.append(contentsOf: octets[start..<(hasCR ? end - 1 : end)])
            if end < octets.count { output.append(0x0A) }
            start = end + 1
            if output.count >= 64 * 1024 {
                try sink(output)
                output.removeAll(keepingCapacity: true)
            }
        }
        if !output.isEmpty { try sink(output) }
    }
}

/// Brings a message from a file into the form of the wire, piece by piece: a file whose first line ends with LF alone has
/// LF for line ends, and each becomes CRLF; one whose first line ends with CRLF is left as it is.
public struct WireLines {
    private var isLF: Bool?
    private var last: UInt8 = 0

    public init() {}

    public mutating func take(
        _ bytes: UnsafeRawBufferPointer, to sink: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows {
        guard !bytes.isEmpty else { return }
        if isLF == nil, let end = bytes.firstIndex(of: 0x0A) {
            isLF = (end > 0 ? bytes[end - 1] : last) != 0x0D
        }
        defer { last = bytes[bytes.count - 1] }
        guard isLF == true else { return try sink(bytes) }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + bytes.count / 32)
        var previous = last
        for octet in bytes {
            if octet == 0x0A, previous != 0x0D { output.append(0x0D) }
            output.append(octet)
            previous = octet
        }
        try output.withUnsafeBytes { try sink($0) }
    }
}
