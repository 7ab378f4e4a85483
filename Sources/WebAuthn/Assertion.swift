import MailModel

/// What a browser answers when somebody signs in with a credential (W3C Web Authentication Level 2 §5.2.2), unverified.
public struct AssertionResponse: Sendable {
    /// The credential's.
    public let id: [UInt8]
    private let clientDataJSON: [UInt8]
    private let authenticatorData: [UInt8]
    private let signature: [UInt8]
    private let userHandle: [UInt8]

    public init(
        id: [UInt8], clientDataJSON: [UInt8], authenticatorData: [UInt8], signature: [UInt8], userHandle: [UInt8]
    ) {
        self.id = id
        self.clientDataJSON = clientDataJSON
        self.authenticatorData = authenticatorData
        self.signature = signature
        self.userHandle = userHandle
    }

    /// The challenge that it is said to answer: whether we gave it is for the caller to find out.
    public var claimedChallenge: [UInt8]? { (try? ClientData(clientDataJSON))?.challenge }

    /// Verifies it, by the steps of §7.2 from 6 to 21.
    ///
    /// - Parameters:
    ///   - challenge: as it was given to whoever asked, once.
    ///   - relyingParty: where the sign-in is.
    ///   - credential: what is kept under `id`.
    /// - Returns: the counter that is to be kept from now on.
    public func verified(
        challenge: [UInt8], at relyingParty: RelyingParty, by credential: KeptCredential
    ) throws(WebAuthnError) -> UInt32 {
        // Step 6: nobody has said who they are, so the authenticator must, and the credential must be theirs.
        guard !userHandle.isEmpty,
            Secret(bytes: userHandle).isEqualInConstantTime(to: Secret(bytes: credential.userHandle))
        else { throw WebAuthnError(.wrongUser, "The credential is not this user's.") }
        // Step 7: the key that is kept is the credential's.
        guard id == credential.id, credential.relyingParty == relyingParty.id else {
            throw WebAuthnError(.wrongRelyingParty, "This credential is not one of \(relyingParty.id).")
        }
        // Steps 8 to 14 and 19.
        let client = try ClientData(clientDataJSON)
        try client.verify(.get, challenge: challenge, at: relyingParty)
        // Steps 15 to 18.
        let data = try AuthenticatorData(authenticatorData)
        try data.verify(for: relyingParty)
        // Step 20.
        guard credential.key.verifies(signature, of: authenticatorData + client.hash) else {
            throw WebAuthnError(.badSignature, "The signature does not hold.")
        }
        // Step 21.
        guard data.signCount > credential.signCount || data.signCount == 0 && credential.signCount == 0 else {
            throw WebAuthnError(.counter, "The signature counter did not go on: there may be a copy of this passkey.")
        }
        return data.signCount
    }
}

/// A credential as it is kept.
public struct KeptCredential: Sendable {
    let id: [UInt8]
    let key: CredentialKey
    let signCount: UInt32
    /// The host that it was made for.
    let relyingParty: String
    /// What its authenticator knows the user by.
    let userHandle: [UInt8]

    public init(id: [UInt8], key: CredentialKey, signCount: UInt32, relyingParty: String, userHandle: [UInt8]) {
        self.id = id
        self.key = key
        self.signCount = signCount
        self.relyingParty = relyingParty
        self.userHandle = userHandle
    }
}
