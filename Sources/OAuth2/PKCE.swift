import Crypto
import MailModel

/// Proof that who exchanges a code is who asked for it (RFC 7636), with the only method there is a reason for: S256.
struct PKCE: Sendable {
    let verifier: String
    var challenge: String { Base64URL.encode(SHA256.hash(data: Array(verifier.utf8))) }

    /// `random` gives octets nobody can guess.
    init(random: (Int) -> [UInt8] = Self.randomOctets) { verifier = Base64URL.encode(random(32)) }

    init(verifier: String) { self.verifier = verifier }

    static func randomOctets(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
