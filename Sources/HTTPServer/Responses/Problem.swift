import HTTPTypes
import JMAP

/// Why a request as a whole was refused: the "problem details" of RFC 7807, as RFC 8620 §3.6.1 asks for.
struct Problem: Error, Hashable, Sendable {
    /// A URN of RFC 8620 §3.6.1; nil is `about:blank`: the status says it all.
    var type: String?
    var status: Int
    /// One sentence for people.
    var detail: String
    /// The name of the limit that the request crossed.
    var limit: String?
    /// Seconds after which it makes sense to try again.
    var retryAfter: Int?

    init(type: String? = nil, status: Int, detail: String, limit: String? = nil, retryAfter: Int? = nil) {
        self.type = type
        self.status = status
        self.detail = detail
        self.limit = limit
        self.retryAfter = retryAfter
    }

    /// The one answer for what is not there and for what is another account's.
    static let notFound = Problem(status: 404, detail: "There is nothing here.")

    static let notJSON = Problem(
        type: "urn:ietf:params:jmap:error:notJSON", status: 400,
        detail: "The request's content type must be application/json.")

    static let signIn = Problem(
        status: 401, detail: "Sign in with your user name and a device's secret, or with the secret as bearer token.")

    static func limit(_ name: String, status: Int = 400, _ detail: String) -> Problem {
        Problem(type: "urn:ietf:params:jmap:error:limit", status: status, detail: detail, limit: name)
    }

    /// Octets of an `application/problem+json` body.
    var json: [UInt8] {
        RequestError.problemDetails(type: type ?? "about:blank", status: status, detail: detail, limit: limit)
    }
}
