/// RFC 3986 §2.1 percent-encoding, over octets.
public enum PercentCoding {
    /// The octets that `text` stands for. A percent sign that is not followed by two hexadecimal digits stands for itself.
    public static func decoded(_ text: some StringProtocol) -> [UInt8] {
        var result: [UInt8] = []
        var bytes = Array(text.utf8)[...]
        result.reserveCapacity(bytes.count)
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "%"), let high = bytes.first.flatMap(value(ofHexDigit:)),
                let low = bytes.dropFirst().first.flatMap(value(ofHexDigit:))
            {
                result.append(high << 4 | low)
                bytes = bytes.dropFirst(2)
            } else {
                result.append(byte)
            }
        }
        return result
    }

    /// As `decoded`, read as UTF-8; what is not UTF-8 becomes U+FFFD.
    public static func decodedText(_ text: some StringProtocol) -> String {
        String(decoding: decoded(text), as: UTF8.self)
    }

    /// `octets` with everything encoded but unreserved characters (RFC 3986 §2.3), which is also a valid RFC 8187 value.
    public static func encoded(_ octets: some Sequence<UInt8>) -> String {
        var result: [UInt8] = []
        for byte in octets {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.append(byte)
            default:
                result += [UInt8(ascii: "%"), hexDigit(byte >> 4), hexDigit(byte & 15)]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    private static func value(ofHexDigit byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
