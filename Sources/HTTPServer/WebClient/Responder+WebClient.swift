import HTTPTypes
import Hummingbird
import WebClient

// The web client: its page at `/`, its files below `/web/`, and what browsers look for under a name.
extension Responder {
    /// The page for browsers; words for whoever does not ask for one.
    func front(_ request: Request) throws -> Response {
        let isPage = Preferences(request.headers, .accept).contains("text/html")
        var response = isPage ? try answer("index.html", request, Self.askAgain) : .text(Self.words)
        response.headers.append(HTTPField(name: .vary, value: "Accept"))
        return response
    }

    /// A file under a version's address never changes, so there is none for another version's.
    func clientFile(_ path: String, of version: String, _ request: Request) throws -> Response {
        guard version == core.webClient.version else { throw Problem.notFound }
        return try answer(path, request, core.webClient.isFixed ? Self.keep : Self.askAgain)
    }

    func namedFile(_ path: String, _ request: Request) throws -> Response {
        var response = try answer(path, request, Self.askAgain)
        if path == "sw.js" {
            response.headers[.serviceWorkerAllowed] = (core.configuration.publicURL?.prefix ?? "") + "/"
        }
        return response
    }

    private func answer(_ path: String, _ request: Request, _ cacheControl: String) throws -> Response {
        guard let file = core.webClient.file(path) else { throw Problem.notFound }
        // Weak: the compressed octets have it too.
        let tag = "W/\"\(file.tag)\""
        var fields: HTTPFields = [.cacheControl: cacheControl, .eTag: tag, .vary: "Accept-Encoding"]
        if KnownTags.contain(tag, in: request.headers) { return Response(status: .notModified, headers: fields) }
        var body = file.octets
        if let compressed = file.compressed, Preferences(request.headers, .acceptEncoding).contains("zstd") {
            fields[.contentEncoding] = "zstd"
            body = compressed
        }
        return .whole(body, type: file.type, fields: fields)
    }

    private static let keep = "public, immutable, max-age=31536000"
    private static let askAgain = "no-cache"

    private static let words = """
        Restante keeps mail here and serves it over JMAP (RFC 8620, RFC 8621).

        Point a JMAP client at this address, or at /.well-known/jmap below it, and sign in with a user's name and the
        secret of one of the user's devices. A browser shows the web client here.

        """
}
