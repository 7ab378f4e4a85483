/// What stands at one place of octets that claim to be UTF-8.
enum UTF8Sequence {
    /// A well-formed sequence of so many octets.
    case valid(Int)
    /// Not UTF-8; so many octets are one error (Unicode's "maximal subpart", so that each becomes one U+FFFD).
    case invalid(Int)
    /// The octets end inside a sequence that is well-formed so far.
    case incomplete(Int)
}

/// The sequence at `start`, which must lie inside.
func utf8Sequence(_ bytes: UnsafeRawBufferPointer, at start: Int) -> UTF8Sequence {
    let lead = bytes[start]
    let length: Int
    var lowest: UInt8 = 0x80
    var highest: UInt8 = 0xBF
    switch lead {
    case 0x00...0x7F: return .valid(1)
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, lowest) = (3, 0xA0)
    case 0xED: (length, highest) = (3, 0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, lowest) = (4, 0x90)
    case 0xF4: (length, highest) = (4, 0x8F)
    case 0xF1...0xF3: length = 4
    default: return .invalid(1)
    }
    for offset in 1..<length {
        guard start + offset < bytes.count else { return .incomplete(offset) }
        let octet = bytes[start + offset]
        guard octet >= lowest, octet <= highest else { return .invalid(offset) }
        (lowest, highest) = (0x80, 0xBF)
    }
    return .valid(length)
}

/// Where the run of ASCII that begins at `start` ends.
@inline(__always)
func endOfASCII(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    var index = start
    while index &+ 8 <= bytes.count {
        let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080
        if word != 0 { return index &+ UInt64(littleEndian: word).trailingZeroBitCount / 8 }
        index &+= 8
    }
    while index < bytes.count, bytes[index] < 0x80 { index &+= 1 }
    return index
}

/// Whether all of it is well-formed UTF-8. `allowingCut` lets the last sequence be incomplete: the octets go on elsewhere.
func isUTF8(_ bytes: UnsafeRawBufferPointer, allowingCut: Bool = false) -> Bool {
    var index = endOfASCII(bytes, from: 0)
    while index < bytes.count {
        switch utf8Sequence(bytes, at: index) {
        case .valid(let length): index = endOfASCII(bytes, from: index + length)
        case .incomplete: return allowingCut
        case .invalid: return false
        }
    }
    return true
}
