/// What a browser answers when a credential was made (W3C Web Authentication Level 2 §5.2.1), unverified.
public struct RegistrationResponse: Sendable {
    /// Octets of an attestation object.
    static let largest = 64 * 1024

    private let clientDataJSON: [UInt8]
    private let attestationObject: [UInt8]

    public init(clientDataJSON: [UInt8], attestationObject: [UInt8]) {
        self.clientDataJSON = clientDataJSON
        self.attestationObject = attestationObject
    }

    /// The challenge that it is said to answer: whether we gave it is for the caller to find out.
    public var claimedChallenge: [UInt8]? { (try? ClientData(clientDataJSON))?.challenge }

    /// Verifies it, by the steps of §7.1 from 5 to 19. That nobody has the credential already (step 22) is the caller's.
    ///
    /// - Parameters:
    ///   - challenge: as it was given to this user, and to nobody else.
    ///   - relyingParty: for whom the credential was to be made.
    public func verified(
        challenge: [UInt8], at relyingParty: RelyingParty
    ) throws(WebAuthnError) -> NewCredential {
        // Steps 5 to 11.
        let client = try ClientData(clientDataJSON)
        try client.verify(.create, challenge: challenge, at: relyingParty)
        // Step 12.
        guard attestationObject.count <= Self.largest, let object = try CBORReader.whole(attestationObject).map,
            let octets = object["authData"]?.bytes, let format = object["fmt"]?.text,
            let statement = object["attStmt"]?.map
        else { throw .malformed("The attestation object") }
        // Steps 13 to 15.
        let data = try AuthenticatorData(octets)
        try data.verify(for: relyingParty)
        // Step 16: keys of no other algorithm than those that were asked for are read at all.
        guard let credential = data.credential else { throw .malformed("The authenticator data") }
        // Step 17: no extension was asked for; what an authenticator adds is passed over.
        // Steps 18 and 19.
        try Self.verify(format, statement, signed: octets + client.hash, by: credential.key)
        return NewCredential(id: credential.id, key: credential.key, signCount: data.signCount)
    }

    /// Which model the authenticator is was not asked for, so browsers leave out what would tell: `none` (§8.7), or a
    /// signature by the new credential itself (§8.2, self attestation), which §5.1.3 lets them pass on.
    private static func verify(
        _ format: String, _ statement: [CBORKey: CBORValue], signed octets: [UInt8], by key: CredentialKey
    ) throws(WebAuthnError) {
        switch format {
        case "none" where statement.isEmpty: return
        case "packed" where statement["x5c"] == nil:
            guard statement["alg"]?.integer == key.algorithm.rawValue, let signature = statement["sig"]?.bytes,
                key.verifies(signature, of: octets)
            else { throw WebAuthnError(.attestation, "The new credential's own signature does not hold.") }
        default:
            throw WebAuthnError(.attestation, "Which model the authenticator is was not asked for.")
        }
    }
}

/// A credential that was just made, and proven to be for us.
public struct NewCredential: Sendable {
    /// By which its authenticator knows it again: 1 to 1,023 octets.
    public let id: [UInt8]
    public let key: CredentialKey
    /// How often it has signed; 0 where the authenticator does not count.
    public let signCount: UInt32
}
