/// Where issuer and subject stand in a certificate (RFC 5280 §4.1), as their undecoded DER octets.
///
/// Only good for comparing the two: the certificate has been parsed by the TLS library before.
struct CertificateNames {
    let issuer: ArraySlice<UInt8>
    let subject: ArraySlice<UInt8>

    /// Nil when `der` is not shaped like a certificate.
    init?(der: [UInt8]) {
        var outer = der[...]
        guard var certificate = Self.contents(of: 0x30, in: &outer),
            var fields = Self.contents(of: 0x30, in: &certificate)
        else { return nil }
        if fields.first == 0xA0 {
            guard Self.contents(of: 0xA0, in: &fields) != nil else { return nil }  // version
        }
        guard Self.contents(of: 0x02, in: &fields) != nil,  // serialNumber
            Self.contents(of: 0x30, in: &fields) != nil,  // signature
            let issuer = Self.contents(of: 0x30, in: &fields),
            Self.contents(of: 0x30, in: &fields) != nil,  // validity
            let subject = Self.contents(of: 0x30, in: &fields)
        else { return nil }
        self.issuer = issuer
        self.subject = subject
    }

    /// Takes one element off the front of `input`; nil when it has another tag or is cut short.
    private static func contents(of tag: UInt8, in input: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
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
