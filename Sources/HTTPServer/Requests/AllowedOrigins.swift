import HTTPTypes
import Hummingbird

/// Web pages of other origins that may call the API from a browser (CORS, the Fetch standard). They send a device's secret
/// themselves: no cookie of ours is ever sent for them, so credentials are not allowed to go along.
public struct AllowedOrigins: Hashable, Sendable {
    private let origins: Set<String>

    public init() { origins = [] }

    /// Nil when one is no origin: scheme and host, with a port where it is not the usual one, such as
    /// `https://webmail.example.org`.
    public init?(_ texts: [String]) {
        let bases = texts.compactMap { BaseURL($0) }
        guard bases.count == texts.count, bases.allSatisfy({ $0.prefix.isEmpty }) else { return nil }
        origins = Set(bases.map { $0.description.lowercased() })
    }

    /// The origin that a request names, if pages of it may read the answer.
    func allowed(_ fields: HTTPFields) -> String? {
        guard let origin = fields[.origin], origins.contains(origin.lowercased()) else { return nil }
        return origin
    }

    /// Says in an answer whether the page that asked may read it. Caches keep the answers to different pages apart.
    func mark(_ response: inout Response, to fields: HTTPFields) {
        guard !origins.isEmpty else { return }
        response.headers.append(HTTPField(name: .vary, value: "Origin"))
        guard let origin = allowed(fields) else { return }
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.accessControlExposeHeaders] = "Content-Disposition, Retry-After"
    }

    /// The answer to a browser that asks, without any credentials, what it may send; nil for every other request.
    func preflight(_ request: Request, _ route: Route) -> Response? {
        guard request.method == .options, route.isOfTheAPI, allowed(request.headers) != nil,
            request.headers[.accessControlRequestMethod] != nil
        else { return nil }
        return Response(
            status: .noContent,
            headers: [
                .accessControlAllowMethods: "GET, POST, DELETE, OPTIONS",
                .accessControlAllowHeaders: "Authorization, Content-Type, Accept, Last-Event-ID",
                .accessControlMaxAge: "86400",
            ])
    }
}

extension Route {
    /// Whether it is for devices: what a page of another origin may have anything to do with.
    fileprivate var isOfTheAPI: Bool {
        switch self {
        case .session, .api, .upload, .download, .eventSource: true
        case .remoteImage, .webSession, .passkey, .passkeyChallenge, .setup, .front, .clientFile, .namedFile, .live,
            .ready, .metrics:
            false
        }
    }
}
