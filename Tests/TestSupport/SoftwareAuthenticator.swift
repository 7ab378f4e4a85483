public import Crypto
public import CryptoExtras

/// An authenticator and the browser before it, in one: it makes credentials and signs in with them as W3C Web
/// Authentication Level 2 has it, and lies where a test wants it to.
public struct SoftwareAuthenticator: Sendable {
    public enum Key: Sendable {
        case p256(P256.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
        case rsa(_RSA.Signing.PrivateKey)

        public static var newP256: Key { .p256(P256.Signing.PrivateKey()) }
        public static var newEd25519: Key { .ed25519(Curve25519.Signing.PrivateKey()) }
        public static var newRSA: Key { get throws { .rsa(try _RSA.Signing.PrivateKey(keySize: .bits2048)) } }

        public var algorithm: Int {
            switch self {
            case .p256: -7
            case .ed25519: -8
            case .rsa: -257
            }
        }

        /// As a COSE_Key.
        var cose: CBOR {
            switch self {
            case .p256(let key):
                let point = Array(key.publicKey.rawRepresentation)
                return .map([
                    (.int(1), .int(2)), (.int(3), .int(-7)), (.int(-1), .int(1)),
                    (.int(-2), .bytes(Array(point[..<32]))),
                    (.int(-3), .bytes(Array(point[32...]))),
                ])
            case .ed25519(let key):
                return .map([
                    (.int(1), .int(1)), (.int(3), .int(-8)), (.int(-1), .int(6)),
                    (.int(-2), .bytes(Array(key.publicKey.rawRepresentation))),
                ])
            case .rsa(let key):
                let numbers = try? key.publicKey.getKeyPrimitives()
                return .map([
                    (.int(1), .int(3)), (.int(3), .int(-257)),
                    (.int(-1), .bytes(numbers.map { Array($0.modulus) } ?? [])),
                    (.int(-2), .bytes(numbers.map { Array($0.publicExponent) } ?? [])),
                ])
            }
        }

        public func sign(_ octets: [UInt8]) throws -> [UInt8] {
            switch self {
            case .p256(let key): Array(try key.signature(for: octets).derRepresentation)
            case .ed25519(let key): Array(try key.signature(for: octets))
            case .rsa(let key): Array(try key.signature(for: octets, padding: .insecurePKCS1v1_5).rawRepresentation)
            }
        }
    }

    /// How the new credential is spoken for.
    public enum Attestation: Sendable { case nothing, itself, somebody }

    public static let userPresent: UInt8 = 1
    public static let userVerified: UInt8 = 1 << 2

    public let id: [UInt8]
    public let key: Key
    /// What the authenticator says of the user.
    public var flags = userPresent | userVerified
    /// The counter that goes with the next answer.
    public var signCount: UInt32 = 0
    /// The host whose credential it takes it for, and the page that asks.
    public var relyingParty: String
    public var origin: String
    /// More members of clientDataJSON, each with a comma before it.
    public var more = ""

    public init(
        _ key: Key = .newP256, id: [UInt8]? = nil, relyingParty: String = "mail.example.org",
        origin: String = "https://mail.example.org"
    ) {
        self.id = id ?? SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        self.key = key
        self.relyingParty = relyingParty
        self.origin = origin
    }

    public func clientData(_ type: String, _ challenge: String) -> [UInt8] {
        Array(#"{"type":"\#(type)","challenge":"\#(challenge)","origin":"\#(origin)"\#(more)}"#.utf8)
    }

    private func head(_ flags: UInt8) -> [UInt8] {
        Array(SHA256.hash(data: Array(relyingParty.utf8))) + [flags]
            + (0..<4).map { UInt8(truncatingIfNeeded: signCount >> (24 - 8 * $0)) }
    }

    /// With the new credential in it.
    public var attestedData: [UInt8] {
        head(flags | 1 << 6) + Array(repeating: 0, count: 16)
            + [UInt8(truncatingIfNeeded: id.count >> 8), UInt8(truncatingIfNeeded: id.count)] + id + key.cose.octets
    }

    /// `challenge` in base64url.
    public func register(
        _ challenge: String, type: String = "webauthn.create", attestation: Attestation = .nothing
    ) throws -> (clientDataJSON: [UInt8], attestationObject: [UInt8]) {
        let client = clientData(type, challenge)
        let data = attestedData
        let statement: [(CBOR, CBOR)]
        switch attestation {
        case .nothing: statement = []
        case .itself, .somebody:
            let signature = try key.sign(data + Array(SHA256.hash(data: client)))
            statement =
                [(.text("alg"), .int(key.algorithm)), (.text("sig"), .bytes(signature))]
                + (attestation == .somebody ? [(.text("x5c"), .array([.bytes([1, 2, 3])]))] : [])
        }
        let object = CBOR.map([
            (.text("fmt"), .text(attestation == .nothing ? "none" : "packed")), (.text("attStmt"), .map(statement)),
            (.text("authData"), .bytes(data)),
        ])
        return (client, object.octets)
    }

    public struct Answer: Sendable {
        public var clientDataJSON: [UInt8]
        public var authenticatorData: [UInt8]
        public var signature: [UInt8]
    }

    public func signIn(_ challenge: String, type: String = "webauthn.get") throws -> Answer {
        let client = clientData(type, challenge)
        let data = head(flags)
        return Answer(
            clientDataJSON: client, authenticatorData: data,
            signature: try key.sign(data + Array(SHA256.hash(data: client))))
    }
}

/// CBOR to be written (RFC 8949), in the order in which it is given.
public indirect enum CBOR: Sendable {
    case int(Int)
    case bytes([UInt8])
    case text(String)
    case array([CBOR])
    case map([(CBOR, CBOR)])

    public var octets: [UInt8] {
        switch self {
        case .int(let number): number >= 0 ? Self.head(0, number) : Self.head(1, -1 - number)
        case .bytes(let bytes): Self.head(2, bytes.count) + bytes
        case .text(let text): Self.head(3, text.utf8.count) + Array(text.utf8)
        case .array(let items): Self.head(4, items.count) + items.flatMap(\.octets)
        case .map(let entries): Self.head(5, entries.count) + entries.flatMap { $0.0.octets + $0.1.octets }
        }
    }

    private static func head(_ major: UInt8, _ argument: Int) -> [UInt8] {
        switch argument {
        case ..<24: [major << 5 | UInt8(argument)]
        case ..<256: [major << 5 | 24, UInt8(argument)]
        default: [major << 5 | 25, UInt8(truncatingIfNeeded: argument >> 8), UInt8(truncatingIfNeeded: argument)]
        }
    }
}
