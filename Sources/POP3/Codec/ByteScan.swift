#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The octets that the protocol's framing is made of.
enum ASCII {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let dot = UInt8(ascii: ".")
}

extension UnsafeRawBufferPointer {
    /// The offset of the first `byte` at or after `start`; nil when there is none. The C library's `memchr`: this is
    /// what every octet of every message passes through.
    @inline(__always)
    func offset(of byte: UInt8, from start: Int) -> Int? {
        guard start < count, let base = baseAddress, let found = memchr(base + start, Int32(byte), count - start)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }
}

extension Collection where Element == UInt8 {
    /// Compares without regard to the case of ASCII letters; `keyword` is given in upper case.
    func matches(asciiCaseInsensitive keyword: StaticString) -> Bool {
        guard count == keyword.utf8CodeUnitCount else { return false }
        return keyword.withUTF8Buffer { wanted in
            zip(self, wanted).allSatisfy { byte, upper in byte.asciiUppercased == upper }
        }
    }
}

extension UInt8 {
    var asciiUppercased: UInt8 { (0x61...0x7A).contains(self) ? self - 0x20 : self }

    var isBlank: Bool { self == ASCII.space || self == ASCII.tab }

    var isDigit: Bool { (0x30...0x39).contains(self) }
}
