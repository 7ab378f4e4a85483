import Crypto
import CryptoExtras

/// The public key of a credential, as its authenticator wrote it (COSE_Key, RFC 9052 §7, RFC 9053, RFC 8230).
public struct CredentialKey: Sendable {
    /// How it signs, by the number that COSE gives it; the first is what we like best.
    public enum Algorithm: Int64, CaseIterable, Sendable {
        /// ECDSA on P-256 with SHA-256.
        case es256 = -7
        /// Ed25519.
        case edDSA = -8
        /// RSASSA-PKCS1-v1_5 with SHA-256: what some computers' own chips have.
        case rs256 = -257
    }

    private enum Key: Sendable {
        case es256(P256.Signing.PublicKey)
        case edDSA(Curve25519.Signing.PublicKey)
        case rs256(_RSA.Signing.PublicKey)
    }

    /// Octets of one: RSA of 4,096 bits needs little more than half of that.
    public static let largest = 1024

    /// As it was sent: what is kept of it.
    public let octets: [UInt8]
    private let key: Key

    /// - Throws: `unsupportedKey` for one of another kind, or one that is none.
    public init(_ octets: [UInt8]) throws(WebAuthnError) {
        guard octets.count <= Self.largest, let fields = try CBORReader.whole(octets).map,
            let number = fields[3]?.integer, let algorithm = Algorithm(rawValue: number),
            let key = try? Self.key(algorithm, fields)
        else { throw WebAuthnError(.unsupportedKey, "Keys of this kind are not taken.") }
        self.octets = octets
        self.key = key
    }

    public var algorithm: Algorithm {
        switch key {
        case .es256: .es256
        case .edDSA: .edDSA
        case .rs256: .rs256
        }
    }

    /// Nil for parameters that do not belong to the algorithm; throws for a point that is not on its curve.
    private static func key(_ algorithm: Algorithm, _ fields: [CBORKey: CBORValue]) throws -> Key? {
        let type = fields[1]?.integer
        switch algorithm {
        case .es256:
            guard type == 2, fields[-1]?.integer == 1, let x = fields[-2]?.bytes, let y = fields[-3]?.bytes,
                x.count == 32, y.count == 32
            else { return nil }
            return .es256(try P256.Signing.PublicKey(x963Representation: [4] + x + y))
        case .edDSA:
            guard type == 1, fields[-1]?.integer == 6, let x = fields[-2]?.bytes, x.count == 32 else { return nil }
            return .edDSA(try Curve25519.Signing.PublicKey(rawRepresentation: x))
        case .rs256:
            guard type == 3, let n = fields[-1]?.bytes, (256...512).contains(n.count), n.first != 0,
                n.last.map({ $0 & 1 == 1 }) == true, fields[-2]?.bytes == [1, 0, 1]
            else { return nil }
            return .rs256(try _RSA.Signing.PublicKey(n: n, e: [1, 0, 1] as [UInt8]))
        }
    }

    /// Whether the credential signed `message` (§6.5.6: ECDSA as DER).
    public func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        switch key {
        case .es256(let key):
            guard let signature = try? P256.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: message)
        case .edDSA(let key):
            return signature.count == 64 && key.isValidSignature(signature, for: message)
        case .rs256(let key):
            return key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature), for: message, padding: .insecurePKCS1v1_5)
        }
    }
}
