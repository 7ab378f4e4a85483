public import Crypto
import MailModel

/// Who we are to push services (RFC 8292).
public struct ApplicationServer: Sendable {
    private let key: P256.Signing.PrivateKey
    /// Where somebody who runs a push service finds whoever runs this (§2.1): a `mailto:` or `https:` address.
    private let contact: String?

    public init(key: P256.Signing.PrivateKey, contact: String?) {
        self.key = key
        self.contact = contact
    }

    /// The value of `Authorization` for requests to one push service (§3).
    ///
    /// - Parameters:
    ///   - origin: of the push service, as in `https://push.example.net`.
    ///   - expires: seconds since 1970, at most a day from now (§2).
    public func authorization(for origin: String, until expires: Int64) throws -> String {
        // Neither an origin nor an address may end the string it stands in.
        var claims = "{\"aud\":\"\(Self.plain(origin))\",\"exp\":\(expires)"
        if let contact { claims += ",\"sub\":\"\(Self.plain(contact))\"" }
        claims += "}"
        let text = Self.header + "." + Base64URL.encode(claims.utf8)
        let signature = try key.signature(for: Array(text.utf8))
        return "vapid t=\(text).\(Base64URL.encode(signature.rawRepresentation)), k=\(publicKey)"
    }

    /// As subscribers and push services are told it: uncompressed, base64url (§3.2; RFC 9749 §3).
    public var publicKey: String { Base64URL.encode(key.publicKey.x963Representation) }

    private static let header = Base64URL.encode(#"{"typ":"JWT","alg":"ES256"}"#.utf8)

    private static func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter {
                    $0.isASCII && $0.value > 0x20 && $0 != "\"" && $0 != "\\" && $0.value < 0x7F
                }))
    }
}
