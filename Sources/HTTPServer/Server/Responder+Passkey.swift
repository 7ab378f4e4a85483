import CoreMetrics
import HTTPTypes
import Hummingbird
import JSON
import MailModel
import MailStore
import WebAuthn

extension Responder {
    /// Octets of a passkey's answer: some authenticators sign with RSA, and names of credentials may be long.
    static let longestPasskey = 32 * 1024

    /// Signing in with a passkey: told where that can be done, anybody; done by our own pages alone, as with a password.
    func passkey(_ request: Request, _ origin: Origin) async throws -> Response {
        guard request.method == .post else { return Self.whereabouts(origin) }
        let relyingParty = try relyingParty(request, origin)
        guard MediaType.isJSON(request.headers[.contentType]) else { throw Problem.notJSON }
        guard let body = try await request.wholeBody(atMost: Self.longestPasskey),
            let object = try? JSONParser.parse(body).object, let response = AssertionResponse(object)
        else {
            throw Problem(
                status: 400,
                detail: """
                    A sign-in is a JSON object with "id" and "response", an object with "clientDataJSON", \
                    "authenticatorData", "signature" and "userHandle", all in base64url.
                    """)
        }
        let (principal, session, secret) = try await core.signIn.signIn(
            passkey: response, at: relyingParty, userAgent: request.headers[.userAgent] ?? "", from: origin)
        // The browser forgets the session it had.
        if let old = try await core.signIn.session(request, origin) { try await end(old) }
        return signedIn(principal, session, secret, origin)
    }

    /// What a browser asks for a passkey with, in the form of `PublicKeyCredentialRequestOptionsJSON` (W3C Web
    /// Authentication Level 3 §5.1.10).
    func passkeyChallenge(_ request: Request, _ origin: Origin) async throws -> Response {
        let relyingParty = try relyingParty(request, origin)
        let challenge = core.store.passkeyChallenge(at: relyingParty, from: SignIn.address(origin))
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("publicKey")
        writer.beginObject()
        writer.key("challenge")
        writer.value(Base64URL.encode(challenge))
        writer.key("rpId")
        writer.value(relyingParty.id)
        writer.key("timeout")
        writer.value(MailStore.passkeyChallengeLife.components.seconds * 1000)
        writer.key("userVerification")
        writer.value("required")
        writer.endObject()
        writer.endObject()
        return .json(writer.bytes)
    }

    private func relyingParty(_ request: Request, _ origin: Origin) throws -> RelyingParty {
        guard RequestSite.isOurs(request, origin) else {
            throw Problem(status: 403, detail: "Only pages of this server sign in here.")
        }
        guard let relyingParty = origin.relyingParty else {
            throw Problem(
                status: 403,
                detail: "Passkeys are for pages under https, at a name and not at an address, or at http://localhost.")
        }
        return relyingParty
    }

    private static func whereabouts(_ origin: Origin) -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("origin")
        if let relyingParty = origin.relyingParty { writer.value(relyingParty.origin) } else { writer.null() }
        writer.endObject()
        return .json(writer.bytes)
    }
}

extension SignIn {
    /// Signs a browser in with a passkey.
    func signIn(
        passkey response: AssertionResponse, at relyingParty: RelyingParty, userAgent: String, from origin: Origin
    ) async throws -> (Principal, WebSession, Secret) {
        let result = try await store.signIn(
            passkey: response, at: relyingParty, from: Self.address(origin), userAgent: userAgent)
        switch result {
        case .signedIn(let principal, let session, let secret): return (principal, session, secret)
        case .failed(let delay):
            failures.increment()
            await hold(delay)
            throw Problem(status: 401, detail: "Nobody is signed in with this passkey here.")
        case .refused(let wait): throw Self.refusal(wait)
        }
    }
}
