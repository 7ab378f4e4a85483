/// Where issuer and subject stand in a certificate (RFC 5280 §4.1), as their undecoded DER octets.
///
/// Only good for comparing the two: the certificate has been parsed by the TLS library before.
struct CertificateNames {
    let issuer: ArraySlice<UInt8>
    let subject: ArraySlice<UInt8>

    /// Nil when `der` is not shaped like a certificate.
    init?(der: [UInt8]) {
        var outer = der[...]
        guard var certificate = DER.contents(of: 0x30, in: &outer),
            var fields = DER.contents(of: 0x30, in: &certificate)
        else { return nil }
        if fields.first == 0xA0 {
            guard DER.contents(of: 0xA0, in: &fields) != nil else { return nil }  // version
        }
        guard DER.contents(of: 0x02, in: &fields) != nil,  // serialNumber
            DER.contents(of: 0x30, in: &fields) != nil,  // signature
            let issuer = DER.contents(of: 0x30, in: &fields),
            DER.contents(of: 0x30, in: &fields) != nil,  // validity
            let subject = DER.contents(of: 0x30, in: &fields)
        else { return nil }
        self.issuer = issuer
        self.subject = subject
    }
}

/// Which hash function a certificate is signed with (RFC 5280 §4.1.1.2), as channel bindings ask: MD5 and SHA-1 count as
/// SHA-256 (RFC 5929 §4.1).
enum CertificateSignature: Equatable {
    case sha256, sha384, sha512

    /// Nil when `der` is not shaped like a certificate, or the signature uses no hash function that is known here.
    init?(der: [UInt8]) {
        var outer = der[...]
        guard var certificate = DER.contents(of: 0x30, in: &outer),
            DER.contents(of: 0x30, in: &certificate) != nil,
            var algorithm = DER.contents(of: 0x30, in: &certificate),
            let identifier = DER.contents(of: 0x06, in: &algorithm)
        else { return nil }
        if Array(identifier) == Self.pss {
            guard let hash = Self.hashOfPSS(&algorithm) else { return nil }
            self = hash
            return
        }
        guard let known = Self.algorithms.first(where: { $0.identifier == Array(identifier) }) else { return nil }
        self = known.hash
    }

    /// 1.2.840.113549.1.1, to which one octet is added.
    private static let rsa: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01]
    private static let pss = rsa + [10]
    /// 1.2.840.10045.4.3, ECDSA with SHA-2; ECDSA with SHA-1 is 1.2.840.10045.4.1.
    private static let ecdsa: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04]
    /// 2.16.840.1.101.3.4.2, SHA-2.
    private static let sha2: [UInt8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02]

    private static let algorithms: [(identifier: [UInt8], hash: CertificateSignature)] = [
        (rsa + [4], .sha256), (rsa + [5], .sha256), (rsa + [11], .sha256), (rsa + [12], .sha384), (rsa + [13], .sha512),
        (ecdsa + [1], .sha256), (ecdsa + [3, 2], .sha256), (ecdsa + [3, 3], .sha384), (ecdsa + [3, 4], .sha512),
    ]

    /// RSASSA-PSS names its hash in the parameters (RFC 4055 §3.1); left out it is SHA-1.
    private static func hashOfPSS(_ algorithm: inout ArraySlice<UInt8>) -> CertificateSignature? {
        guard var parameters = DER.contents(of: 0x30, in: &algorithm) else { return .sha256 }
        guard var tagged = DER.contents(of: 0xA0, in: &parameters) else { return .sha256 }
        guard var hash = DER.contents(of: 0x30, in: &tagged), let identifier = DER.contents(of: 0x06, in: &hash) else {
            return nil
        }
        switch Array(identifier) {
        case sha2 + [1]: return .sha256
        case sha2 + [2]: return .sha384
        case sha2 + [3]: return .sha512
        default: return nil
        }
    }
}

/// As much of DER (ITU-T X.690) as it takes to walk through a certificate.
enum DER {
    /// Takes one element off the front of `input`; nil when it has another tag or is cut short.
    static func contents(of tag: UInt8, in input: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard input.popFirst() == tag, let first = input.popFirst() else { return nil }
        var length = Int(first)
        if first >= 0x80 {
            guard (0x81...0x83).contains(first), input.count >= Int(first & 0x7F) else { return nil }
            length = 0
            for _ in 0..<(first & 0x7F) {
                guard let byte = input.popFirst() else { return nil }
                length = length << 8 | Int(byte)
            }
        }
        guard input.count >= length else { return nil }
        defer { input = input.dropFirst(length) }
        return input.prefix(length)
    }
}
