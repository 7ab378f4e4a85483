import HTTPTypes
import Hummingbird
import Logging
import MailModel
import MailStore

/// Answers the requests of one listener.
struct Responder: HTTPResponder {
    typealias Context = ConnectionContext

    let core: ServerCore
    let facts: Origin.Facts

    func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        let began = ContinuousClock.now
        let target = RequestTarget(request.head.path ?? "")
        let route = Route(path: target.path)
        var response = try await answer(request, target, route, context)
        core.configuration.allowedOrigins.mark(&response, to: request.headers)
        if route?.isOfTheWebClient == true { PageFields.add(to: &response) }
        let duration = began.duration(to: .now)
        core.answered(route, response.status.code, after: duration)
        core.logger.debug(
            "Answered a request",
            metadata: [
                "route": "\(route?.label ?? "nowhere")", "status": "\(response.status.code)",
                "milliseconds": "\(duration / .milliseconds(1))",
            ])
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(
        _ request: Request, _ target: RequestTarget, _ route: Route?, _ context: ConnectionContext
    ) async throws -> Response {
        do {
            guard let route else { throw Problem.notFound }
            if let preflight = core.configuration.allowedOrigins.preflight(request, route) { return preflight }
            guard route.methods.contains(request.method) else { return notAllowed(route) }
            let origin = Origin(
                peer: context.peer, authority: request.head.authority, fields: request.headers, facts: facts)
            if let response = try await open(route, request, target, origin) { return response }
            let stamp = core.signIn.stamp
            let principal = try await core.signIn.principal(request, target, route, from: origin)
            let exchange = Exchange(
                core: core, request: request, target: target, origin: origin, context: context, principal: principal,
                stamp: stamp)
            return try await exchange.answer(route)
        } catch let problem as Problem {
            return .problem(problem, challenge: challenge(request, route))
        } catch let error as MailStoreError {
            return .problem(problem(error))
        }
    }

    /// What anybody may ask; nil for everything else.
    private func open(
        _ route: Route, _ request: Request, _ target: RequestTarget, _ origin: Origin
    ) async throws -> Response? {
        switch route {
        case .front: return try front(request)
        case .clientFile(let version, let path): return try clientFile(path, of: version, request)
        case .namedFile(let path): return try namedFile(path, request)
        case .live: return .text("ok\n")
        case .ready: return try await ready()
        case .webSession: return try await webSession(request, origin)
        case .remoteImage(let signature, let url): return try await remoteImage(signature, url, request, origin)
        case .passkey: return try await passkey(request, origin)
        case .passkeyChallenge: return try await passkeyChallenge(request, origin)
        case .setup: return try await setup(request, origin)
        case .metrics: return try await metrics(request, target, origin)
        case .session, .api, .upload, .download, .eventSource: return nil
        }
    }

    /// Our own pages show a form of their own when somebody is not signed in: a browser that is told of Basic would show
    /// its own.
    private func challenge(_ request: Request, _ route: Route?) -> Challenge {
        route == .webSession || route == .passkey || request.headers[.secFetchSite] == "same-origin"
            ? .browser : .device
    }

    private func ready() async throws -> Response {
        guard core.isReady else { return .text("stopping\n", status: .serviceUnavailable) }
        do {
            _ = try await core.store.accounts()
            return .text("ok\n")
        } catch {
            core.logger.error("The store does not answer", metadata: ["error": "\(error)"])
            return .text("the store does not answer\n", status: .serviceUnavailable)
        }
    }

    /// To whoever asks on this machine without a proxy between, and to administrators.
    private func metrics(_ request: Request, _ target: RequestTarget, _ origin: Origin) async throws -> Response {
        if origin.client?.isLoopback != true || origin.isForwarded {
            let principal = try await core.signIn.principal(request, target, .metrics, from: origin)
            guard principal.role == .administrator else { throw Problem.notFound }
        }
        return .whole(
            Array(core.metrics.prometheusText().utf8), type: PrometheusText.contentType,
            fields: [.cacheControl: "no-store"])
    }

    private func notAllowed(_ route: Route) -> Response {
        var response = Response.problem(Problem(status: 405, detail: "This address does not answer that method."))
        response.headers[.allow] = route.methods.map(\.rawValue).joined(separator: ", ")
        return response
    }

    private func problem(_ error: MailStoreError) -> Problem {
        switch error.code {
        case .notFound: return .notFound
        case .diskFull: return Problem(status: 507, detail: "The disk is full: nothing more can be stored.")
        default:
            core.logger.error("A request failed", metadata: ["error": "\(error)"])
            return Problem(status: 500, detail: "The request failed; the server's log says why.")
        }
    }
}
