import MailModel
import TestSupport
import Testing

@testable import WebAuthn

/// What the tests' ceremonies have in common.
enum Ceremony {
    static let challenge = Array(repeating: UInt8(0xA5), count: 32)
    static let handle = Array(repeating: UInt8(7), count: 32)

    static var text: String { Base64URL.encode(challenge) }

    static func relyingParty(_ origin: String = "https://mail.example.org") throws -> RelyingParty {
        try #require(RelyingParty(origin: origin))
    }

    static func register(
        _ authenticator: SoftwareAuthenticator, type: String = "webauthn.create",
        attestation: SoftwareAuthenticator.Attestation = .nothing
    ) throws -> NewCredential {
        let made = try authenticator.register(text, type: type, attestation: attestation)
        return try RegistrationResponse(
            clientDataJSON: made.clientDataJSON, attestationObject: made.attestationObject
        ).verified(challenge: challenge, at: relyingParty())
    }

    static func kept(_ new: NewCredential, signCount: UInt32? = nil) -> KeptCredential {
        KeptCredential(
            id: new.id, key: new.key, signCount: signCount ?? new.signCount, relyingParty: "mail.example.org",
            userHandle: handle)
    }

    static func response(
        _ authenticator: SoftwareAuthenticator, type: String = "webauthn.get", handle: [UInt8] = handle,
        _ change: (inout SoftwareAuthenticator.Answer) -> Void = { _ in }
    ) throws -> AssertionResponse {
        var answer = try authenticator.signIn(text, type: type)
        change(&answer)
        return AssertionResponse(
            id: authenticator.id, clientDataJSON: answer.clientDataJSON, authenticatorData: answer.authenticatorData,
            signature: answer.signature, userHandle: handle)
    }

    static func signIn(
        _ authenticator: SoftwareAuthenticator, _ kept: KeptCredential, type: String = "webauthn.get",
        handle: [UInt8] = handle, _ change: (inout SoftwareAuthenticator.Answer) -> Void = { _ in }
    ) throws -> UInt32 {
        try response(authenticator, type: type, handle: handle, change)
            .verified(challenge: challenge, at: relyingParty(), by: kept)
    }

    /// The code with which `body` fails; nil when it does not.
    static func code(_ body: () throws -> Void) rethrows -> WebAuthnError.Code? {
        do {
            try body()
            return nil
        } catch let error as WebAuthnError { return error.code }
    }
}
