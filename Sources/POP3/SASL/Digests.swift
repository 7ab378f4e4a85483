import Crypto

/// The digests that sign-in needs. Pure functions of their arguments.
enum Digests {
    static func hmacMD5(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        Array(HMAC<Insecure.MD5>.authenticationCode(for: message, using: SymmetricKey(data: key)))
    }

    static func md5(_ message: [UInt8]) -> [UInt8] { Array(Insecure.MD5.hash(data: message)) }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.reduce(into: "") { text, byte in
            text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }
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
    func saltedPassword(_ password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8] {
        switch self {
        case .sha1: Self.stretch(HMAC<Insecure.SHA1>(key: SymmetricKey(data: password)), salt, iterations)
        case .sha256: Self.stretch(HMAC<SHA256>(key: SymmetricKey(data: password)), salt, iterations)
        }
    }

    /// `keyed` has taken in the key already, which saves half of the work in every iteration.
    private static func stretch<Hash>(_ keyed: HMAC<Hash>, _ salt: [UInt8], _ iterations: Int) -> [UInt8] {
        func digest(_ message: [UInt8]) -> [UInt8] {
            var code = keyed
            code.update(data: message)
            return Array(code.finalize())
        }
        var block = digest(salt + [0, 0, 0, 1])
        var sum = block
        for _ in 1..<max(1, iterations) {
            block = digest(block)
            for index in sum.indices { sum[index] ^= block[index] }
        }
        return sum
    }
}
