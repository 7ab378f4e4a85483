import Crypto

/// A digest of octets that come piece by piece, as clients may ask for one (RFC 9404 §4.2).
public struct OctetDigest {
    /// By the names of the HTTP digest registry in lower case; the ones to prefer first. `sha` is SHA-1: for comparing with
    /// what others computed, not for trust.
    public enum Algorithm: String, CaseIterable, Sendable {
        case sha256 = "sha-256"
        case sha512 = "sha-512"
        case sha1 = "sha"
    }

    private enum Hasher {
        case sha256(SHA256)
        case sha512(SHA512)
        case sha1(Insecure.SHA1)
    }

    private var hasher: Hasher

    public init(_ algorithm: Algorithm) {
        hasher =
            switch algorithm {
            case .sha256: .sha256(SHA256())
            case .sha512: .sha512(SHA512())
            case .sha1: .sha1(Insecure.SHA1())
            }
    }

    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch hasher {
        case .sha256(var hash):
            hash.update(bufferPointer: bytes)
            hasher = .sha256(hash)
        case .sha512(var hash):
            hash.update(bufferPointer: bytes)
            hasher = .sha512(hash)
        case .sha1(var hash):
            hash.update(bufferPointer: bytes)
            hasher = .sha1(hash)
        }
    }

    /// The digest's octets: 32, 64 or 20.
    public func finish() -> [UInt8] {
        switch hasher {
        case .sha256(let hash): Array(hash.finalize())
        case .sha512(let hash): Array(hash.finalize())
        case .sha1(let hash): Array(hash.finalize())
        }
    }
}
