/// How a part's octets travel (RFC 2045 §6).
enum TransferEncoding: String, Sendable {
    case sevenBit = "7bit"
    case eightBit = "8bit"
    case quotedPrintable = "quoted-printable"
    case base64 = "base64"

    /// `octets` are lines that end with CRLF; so is the result.
    func encode(_ octets: [UInt8]) -> [UInt8] {
        switch self {
        case .sevenBit, .eightBit: octets
        case .quotedPrintable: Self.quotedPrintable(octets)
        case .base64: Self.base64(octets, lineLength: 76)
        }
    }

    /// Lines of at most `lineLength` characters, each ended by CRLF; one unended line when it is nil.
    static func base64(_ octets: [UInt8], lineLength: Int?) -> [UInt8] {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(octets.count * 4 / 3 + octets.count / 28 + 8)
        var column = 0
        for start in stride(from: 0, to: octets.count, by: 3) {
            let count = min(3, octets.count - start)
            var group = UInt32(octets[start]) << 16
            if count > 1 { group |= UInt32(octets[start + 1]) << 8 }
            if count > 2 { group |= UInt32(octets[start + 2]) }
            for place in 0..<4 {
                encoded.append(place <= count ? alphabet[Int(group >> (18 - 6 * UInt32(place))) & 63] : 0x3D)
            }
            column += 4
            if let lineLength, column + 4 > lineLength {
                encoded += [0x0D, 0x0A]
                column = 0
            }
        }
        if lineLength != nil, column > 0 { encoded += [0x0D, 0x0A] }
        return encoded
    }

    static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// `=XX` of an octet.
    static func escaped(_ octet: UInt8) -> [UInt8] { [0x3D, digits[Int(octet >> 4)], digits[Int(octet & 15)]] }

    private static func quotedPrintable(_ octets: [UInt8]) -> [UInt8] {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(octets.count + octets.count / 4)
        var column = 0
        for (place, octet) in octets.enumerated() {
            let next: UInt8 = place + 1 < octets.count ? octets[place + 1] : 0x0D
            if octet == 0x0D || octet == 0x0A {
                encoded.append(octet)
                column = 0
                continue
            }
            let isBlankAtEnd = octet == 0x20 && next == 0x0D
            let isPlain = (0x20...0x7E).contains(octet) && octet != 0x3D && !isBlankAtEnd
            let width = isPlain ? 1 : 3
            if column + width > 75 {
                encoded += [0x3D, 0x0D, 0x0A]
                column = 0
            }
            if isPlain { encoded.append(octet) } else { encoded += escaped(octet) }
            column += width
        }
        return encoded
    }
}
