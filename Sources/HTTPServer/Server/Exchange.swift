import HTTPTypes
import Hummingbird
import JMAP
import MailModel
import MailStore
import NIOCore

/// One request whose sender is known.
struct Exchange: Sendable {
    let core: ServerCore
    let request: Request
    let target: RequestTarget
    let origin: Origin
    let context: ConnectionContext
    let principal: Principal
    /// From before the principal was signed in.
    let stamp: DirectoryStamp

    var limits: Limits.JMAP { core.configuration.limits.jmap }

    func answer(_ route: Route) async throws -> Response {
        switch route {
        case .session: return try session()
        case .api: return request.method == .post ? try await api() : try session()
        case .upload(let account): return try await upload(to: account)
        case .download(let account, let blob, let name): return try await download(blob, of: account, name: name)
        case .eventSource: return request.method == .post ? ticket() : try await eventSource()
        case .remoteImage, .webSession, .passkey, .passkeyChallenge, .setup, .front, .clientFile, .namedFile, .live,
            .ready, .metrics:
            throw Problem.notFound
        }
    }

    /// RFC 8620 §2.
    private func session() throws -> Response {
        guard let base = origin.base else {
            throw Problem(status: 400, detail: "The request names no host that the session's URLs could begin with.")
        }
        return .json(core.jmap.session(for: principal, baseURL: base.description))
    }

    /// RFC 8620 §3.
    private func api() async throws -> Response {
        guard MediaType.isJSON(request.headers[.contentType]) else { throw Problem.notJSON }
        let place = try core.gate.enter(.api, principal)
        defer { place.end() }
        guard let body = try await request.wholeBody(atMost: limits.requestOctets) else { throw Problem(.tooLarge) }
        try await refuseIfRevoked()
        do {
            return .json(
                try await core.jmap.respond(
                    to: body, principal: principal, relyingParty: origin.relyingParty))
        } catch {
            throw Problem(error)
        }
    }

    /// Bodies may take their time: what was sent for a device that was revoked meanwhile is not done.
    func refuseIfRevoked() async throws {
        guard try await core.signIn.isStillValid(principal, since: stamp) else { throw Problem.signIn }
    }
}

extension Problem {
    init(_ error: BlobError) {
        switch error.kind {
        case .notFound: self = .notFound
        case .tooLarge: self = .limit("maxSizeUpload", status: 413, error.detail)
        case .overQuota: self = .limit("overQuota", status: 507, error.detail)
        case .unavailable: self.init(status: 503, detail: error.detail, retryAfter: 60)
        case .failed: self.init(status: 500, detail: error.detail)
        }
    }

    init(_ error: RequestError) {
        self.init(
            type: "urn:ietf:params:jmap:error:" + error.kind.rawValue, status: 400, detail: error.detail,
            limit: error.limit)
    }
}
