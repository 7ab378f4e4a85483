/// The charsets that sample text is written in, with as much of each as the sample words need.
enum Charset: String, Sendable {
    case ascii = "us-ascii"
    case utf8 = "utf-8"
    case latin1 = "iso-8859-1"
    case koi8r = "koi8-r"
    case iso2022jp = "iso-2022-jp"

    /// Whether the charset's octets are all below 128.
    var isSevenBit: Bool {
        switch self {
        case .ascii, .iso2022jp: true
        case .utf8, .latin1, .koi8r: false
        }
    }

    /// What the charset has no octets for becomes a question mark.
    func encode(_ text: String) -> [UInt8] {
        switch self {
        case .utf8:
            return Array(text.utf8)
        case .ascii, .latin1:
            let bound: UInt32 = self == .ascii ? 0x7F : 0xFF
            return text.unicodeScalars.map { $0.value <= bound ? UInt8(truncatingIfNeeded: $0.value) : 0x3F }
        case .koi8r:
            return text.unicodeScalars.map(Self.koi8)
        case .iso2022jp:
            return Self.iso2022(text)
        }
    }

    private static func koi8(_ scalar: Unicode.Scalar) -> UInt8 {
        // 0xC0 to 0xDF are the small letters in the order of the Latin keyboard, 0xE0 to 0xFF their capitals.
        let order = Array("юабцдефгхийклмнопярстужвьызшэщчъ".unicodeScalars)
        let value = scalar.value
        if value < 0x80 { return UInt8(truncatingIfNeeded: value) }
        if let place = order.firstIndex(of: scalar) { return 0xC0 + UInt8(place) }
        if let small = Unicode.Scalar(value &+ 0x20), let place = order.firstIndex(of: small) {
            return 0xE0 + UInt8(place)
        }
        return 0x3F
    }

    /// ASCII and the two kana rows of JIS X 0208 (RFC 1468), back in ASCII at the end.
    private static func iso2022(_ text: String) -> [UInt8] {
        var octets: [UInt8] = []
        var isDouble = false
        for scalar in text.unicodeScalars {
            let pair: (UInt8, UInt8)? =
                switch scalar.value {
                case 0x3041...0x3093: (0x24, 0x21 + UInt8(scalar.value - 0x3041))
                case 0x30A1...0x30F6: (0x25, 0x21 + UInt8(scalar.value - 0x30A1))
                case 0x30FC: (0x21, 0x3C)
                default: nil
                }
            if isDouble != (pair != nil) {
                octets += pair != nil ? [0x1B, 0x24, 0x42] : [0x1B, 0x28, 0x42]
                isDouble = pair != nil
            }
            if let pair {
                octets += [pair.0, pair.1]
            } else {
                octets.append(scalar.isASCII ? UInt8(truncatingIfNeeded: scalar.value) : 0x3F)
            }
        }
        return isDouble ? octets + [0x1B, 0x28, 0x42] : octets
    }
}
