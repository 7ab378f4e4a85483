import MailModel
import TestSupport
import Testing
import WebAuthn

@testable import MailStore

/// A store with Ada in it, and what adding a passkey and signing in with one take.
struct PasskeyWorld {
    let folder: StoreFolder
    let store: MailStore
    let ada: User

    static let password = Secret("correct horse")
    static let here = "https://mail.example.org"

    static func with(
        _ limits: Limits.SignIn = .init(), _ body: (PasskeyWorld) async throws -> Void
    ) async throws {
        let folder = try StoreFolder()
        var options = folder.options()
        options.limits.signIn = limits
        try await folder.with(options) { store async throws in
            let ada = try await store.createUser(name: "ada", password: password)
            try await body(PasskeyWorld(folder: folder, store: store, ada: ada))
        }
    }

    /// In a browser.
    func principal(_ name: String = "ada") async throws -> Principal {
        let result = try await store.signIn(
            userName: name, password: Self.password, from: "192.0.2.1", userAgent: "Firefox")
        guard case .signedIn(let principal, _, _) = result else { throw NotSignedIn() }
        return principal
    }

    struct NotSignedIn: Error {}

    func relyingParty(_ origin: String = here) throws -> RelyingParty { try #require(RelyingParty(origin: origin)) }

    func begin(_ principal: Principal, at origin: String = here) async throws -> (PasskeyDraft, String) {
        let draft = try await store.beginPasskey(for: principal, at: relyingParty(origin))
        return (draft, Base64URL.encode(store.passkeyChallenge(for: draft)))
    }

    func finish(
        _ authenticator: SoftwareAuthenticator, _ challenge: String, _ principal: Principal, name: String = "laptop"
    ) async throws(MailStoreError) -> Passkey {
        guard let made = try? authenticator.register(challenge) else { throw MailStoreError(.inputOutput, "No key") }
        return try await store.addPasskey(
            name: name,
            RegistrationResponse(clientDataJSON: made.clientDataJSON, attestationObject: made.attestationObject),
            for: principal)
    }

    /// The passkey, and what its authenticator knows the user by.
    @discardableResult
    func add(
        _ authenticator: SoftwareAuthenticator, _ principal: Principal, name: String = "laptop"
    ) async throws -> (passkey: Passkey, handle: [UInt8]) {
        let (draft, challenge) = try await begin(principal)
        return (try await finish(authenticator, challenge, principal, name: name), draft.userHandle)
    }

    func challenge(from address: String = "192.0.2.1") throws -> String {
        Base64URL.encode(store.passkeyChallenge(at: try relyingParty(), from: address))
    }

    func response(
        _ authenticator: SoftwareAuthenticator, _ challenge: String, _ handle: [UInt8]
    ) throws -> AssertionResponse {
        let answer = try authenticator.signIn(challenge)
        return AssertionResponse(
            id: authenticator.id, clientDataJSON: answer.clientDataJSON, authenticatorData: answer.authenticatorData,
            signature: answer.signature, userHandle: handle)
    }

    /// Whose session it opened; nil when it was wrong.
    func signIn(
        _ response: AssertionResponse, at origin: String = here, from address: String = "192.0.2.1"
    ) async throws -> Principal? {
        let result = try await store.signIn(
            passkey: response, at: relyingParty(origin), from: address, userAgent: "Firefox")
        guard case .signedIn(let principal, let session, let secret) = result else { return nil }
        #expect(try await store.signIn(sessionSecret: secret) == principal)
        #expect(principal.credential == .session(session.id))
        return principal
    }

    func signIn(_ authenticator: SoftwareAuthenticator, _ handle: [UInt8]) async throws -> Principal? {
        try await signIn(response(authenticator, challenge(), handle))
    }

    /// The code with which `body` fails; nil when it does not.
    func code(_ body: () async throws -> Void) async -> MailStoreError.Code? {
        do {
            try await body()
            return nil
        } catch { return (error as? MailStoreError)?.code }
    }
}
