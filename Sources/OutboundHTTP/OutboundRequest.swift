public import MailModel

/// One request to somewhere else.
public struct OutboundRequest: Sendable {
    public enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    public var method: Method
    public var url: OutboundURL
    public var headers: [(name: String, value: String)] = []
    public var body: [UInt8] = []
    /// Which addresses and ports may be connected to.
    public var policy: AddressPolicy
    /// Octets of the answer's body; more is ``OutboundHTTPError/Code/tooLarge``.
    public var largestAnswer: Int
    /// How long everything together may take.
    public var timeout: Duration
    /// Who we say we are.
    public var userAgent = "Restante"
    /// How many redirects are followed, each to an `https` URL and checked as the first. Requests with a body: none.
    public var redirects: Int

    public init(
        _ method: Method, _ url: OutboundURL, policy: AddressPolicy, largestAnswer: Int = 256 * 1024,
        timeout: Duration = .seconds(30), redirects: Int = 0
    ) {
        self.method = method
        self.url = url
        self.policy = policy
        self.largestAnswer = largestAnswer
        self.timeout = timeout
        self.redirects = redirects
    }
}

/// What came back.
public struct OutboundResponse: Sendable {
    public var status: Int
    /// Header fields with their names in lower case, in the order they came.
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]

    public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first field of a name in lower case.
    public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// Why a request brought no answer.
public struct OutboundHTTPError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// The host's name has no address, or not now.
        case unknownHost
        /// The address policy does not allow it.
        case addressNotAllowed
        /// No connection, or it broke.
        case unreachable
        case timeout
        /// The server's identity could not be proven.
        case certificate
        /// The answer is larger than was asked for.
        case tooLarge
        /// A redirect to something else than `https`, or one too many.
        case redirect
        /// The answer is not one of HTTP.
        case malformed
        case cancelled
    }

    public var code: Code
    /// A sentence for people, without secrets.
    public var message: String
    /// For logs.
    public var cause: String?

    public init(_ code: Code, _ message: String, cause: String? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    public var description: String { message }
}

/// Who makes outgoing HTTP requests; tests have their own.
public protocol HTTPFetcher: Sendable {
    func send(_ request: OutboundRequest) async throws(OutboundHTTPError) -> OutboundResponse
}
