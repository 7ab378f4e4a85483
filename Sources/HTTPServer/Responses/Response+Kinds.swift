import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// A whole body, sent together with its head in one write.
    static func whole(
        _ body: [UInt8], type: String, status: HTTPResponse.Status = .ok, fields: HTTPFields = [:]
    ) -> Response {
        var fields = fields
        fields[.contentType] = type
        fields[.xContentTypeOptions] = "nosniff"
        return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    /// An answer of the API: never kept by a cache (RFC 8620 §2).
    static func json(_ body: [UInt8]) -> Response {
        whole(body, type: "application/json", fields: [.cacheControl: "no-cache, no-store, must-revalidate"])
    }

    static func text(_ body: String, status: HTTPResponse.Status = .ok) -> Response {
        whole(Array(body.utf8), type: "text/plain; charset=utf-8", status: status, fields: [.cacheControl: "no-store"])
    }

    static func problem(_ problem: Problem) -> Response {
        var fields: HTTPFields = [.cacheControl: "no-store"]
        if let seconds = problem.retryAfter { fields[.retryAfter] = String(seconds) }
        if problem.status == 401 {
            fields.append(HTTPField(name: .wwwAuthenticate, value: "Basic realm=\"Restante\", charset=\"UTF-8\""))
            fields.append(HTTPField(name: .wwwAuthenticate, value: "Bearer realm=\"Restante\""))
        }
        return whole(
            problem.json, type: "application/problem+json", status: HTTPResponse.Status(code: problem.status),
            fields: fields)
    }
}
