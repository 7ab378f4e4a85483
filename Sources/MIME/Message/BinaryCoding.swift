/// Writes the compact form of structures and summaries: numbers as variable-length integers (seven bits an octet, the
/// lowest first), text as its length and its UTF-8.
struct BinaryWriter {
    private(set) var output: [UInt8] = []

    mutating func write(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        output.append(UInt8(rest))
    }

    /// A count or a position; never negative.
    mutating func write(_ number: Int) { write(UInt64(max(number, 0))) }

    /// A number that may be negative: the sign in the lowest bit.
    mutating func write(signed number: Int64) { write(UInt64(bitPattern: number << 1 ^ number >> 63)) }

    mutating func write(_ text: String) {
        write(text.utf8.count)
        output.append(contentsOf: text.utf8)
    }

    /// Nil is 0, text its length and one.
    mutating func write(_ text: String?) {
        guard let text else { return output.append(0) }
        write(text.utf8.count + 1)
        output.append(contentsOf: text.utf8)
    }

    mutating func write(_ texts: [String]) {
        write(texts.count)
        for text in texts { write(text) }
    }
}

/// Reads what `BinaryWriter` wrote. Every method returns nil when the octets say something else; none reads outside them,
/// and none makes room for more than they hold.
struct BinaryReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }
    /// Octets not yet read.
    var left: Int { bytes.count - position }

    mutating func number() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count, shift < 64 {
            let octet = bytes[position]
            position += 1
            value |= UInt64(octet & 0x7F) << shift
            if octet < 0x80 { return value }
            shift += 7
        }
        return nil
    }

    /// A count or a position: below 2^48, so that sums of a few cannot overflow.
    mutating func count() -> Int? {
        guard let value = number(), value < 1 << 48 else { return nil }
        return Int(value)
    }

    mutating func signed() -> Int64? {
        number().map { Int64(bitPattern: $0 >> 1) ^ -Int64(bitPattern: $0 & 1) }
    }

    mutating func text() -> String? { count().flatMap { text(of: $0) } }

    /// Text that may be missing: the outer nil is an error, the inner one says that there is none.
    mutating func optionalText() -> String?? {
        guard let length = count() else { return nil }
        if length == 0 { return .some(nil) }
        return text(of: length - 1).map { .some($0) }
    }

    mutating func texts() -> [String]? {
        guard let count = count(), count <= left else { return nil }
        var texts: [String] = []
        texts.reserveCapacity(count)
        for _ in 0..<count {
            guard let text = text() else { return nil }
            texts.append(text)
        }
        return texts
    }

    private mutating func text(of length: Int) -> String? {
        guard length <= left else { return nil }
        let start = position
        position += length
        return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
    }
}

/// Lends the octets of any collection, without a copy when they lie together.
func withOctets<Result>(_ octets: some Collection<UInt8>, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    octets.withContiguousStorageIfAvailable { body(UnsafeRawBufferPointer($0)) }
        ?? Array(octets).withUnsafeBytes { body($0) }
}
