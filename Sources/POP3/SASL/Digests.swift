import Crypto
import CryptoExtras

/// The digests that sign-in needs. Pure functions of their arguments.
enum Digests {
    static func hmacMD5(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        Array(HMAC<Insecure.MD5>.authenticationCode(for: message, using: SymmetricKey(data: key)))
    }

    static func md5(_ message: [UInt8]) -> [UInt8] { Array(Insecure.MD5.hash(data: message)) }
}

/// The hash function of a SCRAM mechanism, with what SCRAM builds of it (RFC 5802 §2.2).
enum ScramHash: Sendable {
    case sha1, sha256

    func hash(_ message: [UInt8]) -> [UInt8] {
        switch self {
        case .sha1: Array(Insecure.SHA1.hash(data: message))
        case .sha256: Array(SHA256.hash(data: message))
        }
    }

    func hmac(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        switch self {
        case .sha1: Array(HMAC<Insecure.SHA1>.authenticationCode(for: message, using: SymmetricKey(data: key)))
        case .sha256: Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key)))
        }
    }

    /// `Hi`: PBKDF2 with one block of output.
    func saltedPassword(_ password: [UInt8], salt: [UInt8], iterations: Int) throws(POP3Error) -> [UInt8] {
        do {
            let key = try KDF.Insecure.PBKDF2.deriveKey(
                from: password, salt: salt, using: self == .sha1 ? .insecureSHA1 : .sha256,
                outputByteCount: self == .sha1 ? 20 : 32, unsafeUncheckedRounds: iterations)
            return key.withUnsafeBytes { Array($0) }
        } catch {
            throw POP3Error(code: .malformedReply, message: "The password can't be stretched as the server asks.")
        }
    }
}
