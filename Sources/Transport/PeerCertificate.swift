import Crypto
import NIOSSL

/// The certificate that a peer showed: what a pin names and what a status shows.
public struct PeerCertificate: Sendable, Hashable {
    /// SHA-256 of the certificate's DER form, 32 octets: what a certificate pin is compared with.
    public let sha256: [UInt8]
    /// What names a TLS connection with this certificate's holder (`tls-server-end-point`, RFC 5929 §4): a digest of the
    /// certificate with the hash function of its signature. Nil when that has none, as Ed25519.
    public let endPoint: [UInt8]?
    /// First and last second of validity, in seconds since 1970.
    public let notValidBefore: Int64
    public let notValidAfter: Int64
    /// Whether subject and issuer are the same name.
    public let isSelfIssued: Bool
    /// Common name, or organisation, of whom it is for and of who signed it: for people.
    public let subject: String?
    public let issuer: String?

    init?(_ certificate: NIOSSLCertificate) {
        guard let der = try? certificate.toDERBytes() else { return nil }
        sha256 = Array(SHA256.hash(data: der))
        endPoint = CertificateSignature(der: der).map { signature in
            switch signature {
            case .sha256: Array(SHA256.hash(data: der))
            case .sha384: Array(SHA384.hash(data: der))
            case .sha512: Array(SHA512.hash(data: der))
            }
        }
        notValidBefore = Int64(certificate.notValidBefore)
        notValidAfter = Int64(certificate.notValidAfter)
        let names = CertificateNames(der: der)
        isSelfIssued = names.map { $0.issuer == $0.subject } ?? false
        subject = names.flatMap { CertificateNames.text(of: $0.subject) }
        issuer = names.flatMap { CertificateNames.text(of: $0.issuer) }
    }

    /// The SHA-256 as 64 lower-case hexadecimal digits.
    public var hexSHA256: String {
        sha256.reduce(into: "") { text, byte in
            text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }

    public func isExpired(at seconds: Int64) -> Bool { seconds > notValidAfter }
    public func isNotYetValid(at seconds: Int64) -> Bool { seconds < notValidBefore }
}
