import CoreMetrics
import HTTPTypes
import Hummingbird
import JSON
import Logging
import MailModel
import MailStore

extension Responder {
    /// Making the first user: told whether it is needed, anybody; done by whoever has the one-time token, from a page of
    /// ours, over TLS or on this machine (docs/decisions/0069).
    func setup(_ request: Request, _ origin: Origin) async throws -> Response {
        guard request.method == .post else { return try await isSetupNeeded() }
        guard RequestSite.isOurs(request, origin) else {
            throw Problem(status: 403, detail: "Only pages of this server set it up.")
        }
        guard isUnheard(origin) else {
            throw Problem(
                status: 403,
                detail: """
                    The first password must not cross a network in the clear: use https, or a browser on the server \
                    itself.
                    """)
        }
        guard MediaType.isJSON(request.headers[.contentType]) else { throw Problem.notJSON }
        guard let body = try await request.wholeBody(atMost: Self.longestSignIn),
            let object = try? JSONParser.parse(body).object, let token = object["token"]?.string,
            let userName = object["username"]?.string, let password = object["password"]?.string
        else {
            throw Problem(
                status: 400, detail: #"A set-up is a JSON object with "token", "username" and "password"."#)
        }
        let (principal, session, secret) = try await core.signIn.setUp(
            token: Secret(token), userName: userName, password: Secret(password),
            userAgent: request.headers[.userAgent] ?? "", from: origin)
        core.logger.notice("The first user was made in a browser", metadata: ["user": "\(principal.userName)"])
        return signedIn(principal, session, secret, origin)
    }

    private func isSetupNeeded() async throws -> Response {
        let isNeeded = try await core.store.isSetupNeeded()
        return .json(Array(#"{"isNeeded":\#(isNeeded)}"#.utf8))
    }

    /// Whether nobody on the way can hear what is sent: TLS, as 0055 has it, or this machine without a proxy between.
    private func isUnheard(_ origin: Origin) -> Bool {
        origin.base?.isSecure == true || origin.client?.isLoopback == true && !origin.isForwarded
    }
}

extension SignIn {
    /// Makes the first user, and signs the browser in.
    func setUp(
        token: Secret, userName: String, password: Secret, userAgent: String, from origin: Origin
    ) async throws -> (Principal, WebSession, Secret) {
        let result: FirstSetup
        do {
            result = try await store.setUp(
                token: token, userName: userName, password: password, from: Self.address(origin), userAgent: userAgent)
        } catch {
            // What a person can choose otherwise.
            guard case .invalidProperty = error.code else { throw error }
            throw Problem(status: 400, detail: error.message)
        }
        switch result {
        case .signedIn(let principal, let session, let secret): return (principal, session, secret)
        case .notNeeded: throw Problem(status: 403, detail: "This server is set up already: sign in.")
        case .failed(let delay):
            failures.increment()
            await hold(delay)
            throw Problem(
                status: 403,
                detail: """
                    This link is not the newest one, or too old, or was used: restante setup-link prints another one.
                    """)
        case .refused(let wait): throw Self.refusal(wait)
        }
    }
}
