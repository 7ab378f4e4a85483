import HTTPTypes
import Hummingbird
import JSON
import MailModel
import MailStore

extension Responder {
    /// Octets of a sign-in's body.
    static let longestSignIn = 8 * 1024

    /// Signing in to a browser and out of it: the one thing that people do here and that is not JMAP. Only for our own
    /// pages: another's could sign somebody in as somebody else.
    func webSession(_ request: Request, _ origin: Origin) async throws -> Response {
        guard RequestSite.isOurs(request, origin) else {
            throw Problem(status: 403, detail: "Only pages of this server sign in and out here.")
        }
        return request.method == .post ? try await signIn(request, origin) : try await signOut(request, origin)
    }

    private func signIn(_ request: Request, _ origin: Origin) async throws -> Response {
        guard MediaType.isJSON(request.headers[.contentType]) else { throw Problem.notJSON }
        guard let body = try await request.wholeBody(atMost: Self.longestSignIn),
            let object = try? JSONParser.parse(body).object,
            let userName = object["username"]?.string, let password = object["password"]?.string
        else {
            throw Problem(status: 400, detail: "A sign-in is a JSON object with \"username\" and \"password\".")
        }
        let (principal, session, secret) = try await core.signIn.signIn(
            userName: userName, password: Secret(password), userAgent: request.headers[.userAgent] ?? "", from: origin)
        // The browser forgets the session it had.
        if let old = try await core.signIn.session(request, origin) { try await end(old) }
        return signedIn(principal, session, secret, origin)
    }

    /// The answer that brings the cookie.
    func signedIn(_ principal: Principal, _ session: WebSession, _ secret: Secret, _ origin: Origin) -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("username")
        writer.value(principal.userName)
        writer.key("sessionId")
        writer.value(session.id.description)
        writer.endObject()
        var response = Response.json(writer.bytes)
        response.headers[.setCookie] = SessionCookie(origin).setting(
            secret, for: core.configuration.limits.signIn.sessionLife)
        return response
    }

    /// Whoever is not signed in any more is signed out too.
    private func signOut(_ request: Request, _ origin: Origin) async throws -> Response {
        if let principal = try await core.signIn.session(request, origin) { try await end(principal) }
        return Response(
            status: .noContent,
            headers: [.setCookie: SessionCookie(origin).clearing, .cacheControl: "no-store"])
    }

    func end(_ principal: Principal) async throws {
        guard let session = principal.session else { return }
        do {
            try await core.store.revokeSession(session, of: principal.user)
        } catch  where error.code == .notFound {
            // Somebody else has ended it at this very moment.
            return
        }
    }
}
