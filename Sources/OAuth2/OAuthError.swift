import OutboundHTTP

/// Why there is no token.
public struct OAuthError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: Sendable, Equatable {
        /// The refresh token expired or was revoked, or the person said no: only a new sign-in helps.
        case signInNeeded
        /// The code was not entered in time.
        case expired
        /// The provider does not know us, or not for this: client id, secret or scope are wrong.
        case refusedClient
        /// The provider could not be reached, or has a trouble that should pass.
        case temporary
        /// The address policy does not allow the provider's host.
        case addressNotAllowed
        /// The answer is none.
        case malformed
        case cancelled
    }

    public var code: Code
    /// A sentence for people, without secrets.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }

    init(_ error: OutboundHTTPError) {
        switch error.code {
        case .addressNotAllowed: self.init(.addressNotAllowed, error.message)
        case .cancelled: self.init(.cancelled, error.message)
        case .unknownHost, .unreachable, .timeout, .certificate, .redirect: self.init(.temporary, error.message)
        case .tooLarge, .malformed: self.init(.malformed, error.message)
        }
    }
}
