import Crypto
import JSON
import MailModel

/// What a browser says of a ceremony (W3C Web Authentication Level 2 §5.8.1), as the octets that the authenticator signed
/// the digest of.
struct ClientData {
    enum Ceremony: String {
        case create = "webauthn.create"
        case get = "webauthn.get"
    }

    /// Octets: some browsers add members, to be passed over.
    static let largest = 8 * 1024

    private let object: JSONObject
    let hash: [UInt8]

    init(_ octets: [UInt8]) throws(WebAuthnError) {
        let limits = JSONLimits(octets: Self.largest, depth: 8, values: 200)
        guard let object = (try? JSONParser.parse(octets, limits: limits))?.object else {
            throw .malformed("clientDataJSON")
        }
        self.object = object
        hash = Array(SHA256.hash(data: octets))
    }

    /// The challenge that it is said to answer. Without padding (§5.8.1), so that each has one spelling.
    var challenge: [UInt8]? {
        guard let text = object["challenge"]?.string, let octets = Base64URL.decode(text),
            Base64URL.encode(octets) == text
        else { return nil }
        return octets
    }

    /// §7.1 steps 7 to 10, §7.2 steps 11 to 14.
    func verify(
        _ ceremony: Ceremony, challenge expected: [UInt8], at relyingParty: RelyingParty
    ) throws(WebAuthnError) {
        try verifyType(ceremony)
        guard let challenge, Secret(bytes: challenge).isEqualInConstantTime(to: Secret(bytes: expected)) else {
            throw WebAuthnError(.wrongChallenge, "This answers another challenge.")
        }
        try verifyOrigin(relyingParty)
        try verifyTokenBinding()
    }

    private func verifyType(_ ceremony: Ceremony) throws(WebAuthnError) {
        guard object["type"]?.string == ceremony.rawValue else {
            throw WebAuthnError(.wrongType, "This was made for another ceremony.")
        }
    }

    /// The very page, not framed by another's.
    private func verifyOrigin(_ relyingParty: RelyingParty) throws(WebAuthnError) {
        guard object["origin"]?.string == relyingParty.origin else {
            throw WebAuthnError(.wrongOrigin, "The page that asked is not one of \(relyingParty.origin).")
        }
        let isFramed =
            switch object["crossOrigin"] {
            case nil, .bool(false)?: false
            default: true
            }
        guard !isFramed, object["topOrigin"] == nil else {
            throw WebAuthnError(.wrongOrigin, "The page that asked stood within another's.")
        }
    }

    /// We bind no tokens to connections (RFC 8471), so nobody can have used one.
    private func verifyTokenBinding() throws(WebAuthnError) {
        guard let binding = object["tokenBinding"] else { return }
        guard binding.object?["status"]?.string == "supported" else {
            throw WebAuthnError(.tokenBinding, "The connection has no token binding.")
        }
    }
}
