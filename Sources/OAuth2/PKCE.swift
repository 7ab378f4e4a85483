import Crypto
import MailModel

/// Proof that who exchanges a code is who asked for it (RFC 7636), with the only method there is a reason for: S256.
struct PKCE: Sendable {
    let verifier: String
    var challenge: String { Self.base64URL(Array(SHA256.hash(data: Array(verifier.utf8)))) }

    /// `random` gives octets nobody can guess.
    init(random: (Int) -> [UInt8] = Self.randomOctets) { verifier = Self.base64URL(random(32)) }

    init(verifier: String) { self.verifier = verifier }

    static func randomOctets(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// Base64 in the alphabet for URLs, without padding (RFC 4648 §5).
    static func base64URL(_ octets: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: octets.count, by: 3) {
            let part = octets[start..<min(start + 3, octets.count)]
            let bits = part.reduce(0) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - part.count))
            for index in 0...part.count { text.append(alphabet[Int(bits >> (18 - 6 * UInt32(index)) & 63)]) }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
