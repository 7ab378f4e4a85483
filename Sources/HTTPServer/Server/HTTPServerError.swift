/// Why the server could not start or go on.
public struct HTTPServerError: Error, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// The certificate or its key is missing, unreadable, or the two don't fit.
        case certificate
        /// The address cannot be listened on.
        case bind
    }

    public let code: Code
    /// One sentence for whoever runs the server.
    public let message: String
    public let cause: (any Error)?

    init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    public var description: String { cause.map { "\(message) (\($0))" } ?? message }
}
