/// Octets as lower-case hexadecimal digits, two for each: as digests are written.
public enum Hexadecimal {
    public static func encode(_ octets: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(2 * octets.underestimatedCount)
        for octet in octets {
            text.append(digit(octet >> 4))
            text.append(digit(octet & 15))
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
