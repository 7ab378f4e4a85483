import Crypto
import MailModel

/// A device's credential: 160 random bits, shown once as eight groups of four letters and digits that can be typed.
enum DeviceSecret {
    static let octets = 20
    /// Letters and digits without those that are taken for one another: 0 and o, 1, i and l.
    private static let alphabet = Array("023456789abcdefghjkmnpqrstuvwxyz".utf8)

    static func random() -> [UInt8] {
        SymmetricKey(size: SymmetricKeySize(bitCount: octets * 8)).withUnsafeBytes { Array($0) }
    }

    /// Five bits a character: `k7d2-…`.
    static func text(_ bytes: [UInt8]) -> Secret {
        var text: [UInt8] = []
        var bits = 0
        var held = 0
        for byte in bytes {
            bits = bits << 8 | Int(byte)
            held += 8
            while held >= 5 {
                held -= 5
                if text.count % 5 == 4 { text.append(UInt8(ascii: "-")) }
                text.append(alphabet[bits >> held & 31])
                bits &= (1 << held) - 1
            }
        }
        return Secret(bytes: text)
    }

    /// What is stored and looked up: the SHA-256 of the characters that count. Case, hyphens and spaces do not, and o is
    /// taken for 0, as a person may type them.
    static func hash(_ secret: Secret) -> [UInt8] {
        secret.withBytes { bytes in
            var hasher = SHA256()
            for byte in bytes.prefix(256) {
                switch byte {
                case UInt8(ascii: "-"), UInt8(ascii: " "): continue
                case UInt8(ascii: "o"), UInt8(ascii: "O"): hasher.update(data: [UInt8(ascii: "0")])
                case 0x41...0x5A: hasher.update(data: [byte + 0x20])
                default: hasher.update(data: [byte])
                }
            }
            return Array(hasher.finalize())
        }
    }
}
