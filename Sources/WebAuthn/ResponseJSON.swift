public import JSON
import MailModel

/// What browsers answer, as JSON (W3C Web Authentication Level 3 §5.1.8): octets are base64url text (RFC 4648 §5). What is
/// there beside is passed over.
extension RegistrationResponse {
    /// The `response` of a credential that was made; nil when something is missing that there always is.
    public init?(_ response: JSONObject) {
        guard let client = response.octets("clientDataJSON"), let attestation = response.octets("attestationObject")
        else { return nil }
        self.init(clientDataJSON: client, attestationObject: attestation)
    }
}

extension AssertionResponse {
    /// A credential with its `response`; nil when something is missing that there always is.
    public init?(_ credential: JSONObject) {
        guard let response = credential["response"]?.object, let id = credential.octets("id"),
            let client = response.octets("clientDataJSON"), let data = response.octets("authenticatorData"),
            let signature = response.octets("signature"), let handle = response.octets("userHandle")
        else { return nil }
        self.init(
            id: id, clientDataJSON: client, authenticatorData: data, signature: signature, userHandle: handle)
    }
}

extension JSONObject {
    fileprivate func octets(_ name: String) -> [UInt8]? { self[name]?.string.flatMap { Base64URL.decode($0) } }
}
