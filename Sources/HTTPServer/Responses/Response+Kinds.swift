import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// Octets that are sent at a time: a slow reader is seen to take something as soon as it has taken these.
    static let piece = 64 * 1024

    /// A whole body: a small one is sent together with its head in one write, a large one in pieces.
    static func whole(
        _ body: [UInt8], type: String, status: HTTPResponse.Status = .ok, fields: HTTPFields = [:]
    ) -> Response {
        var fields = fields
        fields[.contentType] = type
        fields[.xContentTypeOptions] = "nosniff"
        return Response(status: status, headers: fields, body: inPieces(ByteBuffer(bytes: body)))
    }

    private static func inPieces(_ body: ByteBuffer) -> ResponseBody {
        guard body.readableBytes > piece else { return ResponseBody(byteBuffer: body) }
        return ResponseBody(contentLength: body.readableBytes) { writer in
            var rest = body
            while rest.readableBytes > 0, let next = rest.readSlice(length: min(piece, rest.readableBytes)) {
                try await writer.write(next)
            }
            try await writer.finish(nil)
        }
    }

    /// An answer of the API: never kept by a cache (RFC 8620 §2).
    static func json(_ body: [UInt8]) -> Response {
        whole(body, type: "application/json", fields: [.cacheControl: "no-cache, no-store, must-revalidate"])
    }

    static func text(_ body: String, status: HTTPResponse.Status = .ok) -> Response {
        whole(Array(body.utf8), type: "text/plain; charset=utf-8", status: status, fields: [.cacheControl: "no-store"])
    }

    static func problem(_ problem: Problem, challenge: Challenge = .device) -> Response {
        var fields: HTTPFields = [.cacheControl: "no-store"]
        if let seconds = problem.retryAfter { fields[.retryAfter] = String(seconds) }
        if problem.status == 401 {
            for way in challenge.ways { fields.append(HTTPField(name: .wwwAuthenticate, value: way)) }
        }
        return whole(
            problem.json, type: "application/problem+json", status: HTTPResponse.Status(code: problem.status),
            fields: fields)
    }
}

/// How whoever is not signed in is told to sign in (RFC 9110 §11.6.1).
enum Challenge: Sendable {
    case device
    /// A scheme that browsers do not know, so that they leave it to the page.
    case browser

    var ways: [String] {
        switch self {
        case .device: ["Basic realm=\"Restante\", charset=\"UTF-8\"", "Bearer realm=\"Restante\""]
        case .browser: ["Cookie realm=\"Restante\""]
        }
    }
}
