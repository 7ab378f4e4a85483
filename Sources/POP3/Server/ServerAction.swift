public import MailModel
public import NIOCore

/// What a server machine wants done next.
public enum ServerAction: Sendable {
    /// Nothing until the next event.
    case wait
    /// Write these octets.
    case send(ByteBuffer)
    /// Write `last`, put TLS on the connection in the same step, then call `tlsEstablished()`.
    case startTLS(after: ByteBuffer)
    /// Prove the credentials and open the maildrop, then call `signedIn(_:)` or `signInRefused(_:)`.
    case signIn(userName: String, password: Secret)
    /// Give the message: `messageBegan()`, its octets by `message(_:)`, `messageEnded()`; or `messageUnavailable()`.
    /// With `lines`, the header and that many lines of the body are enough: see `wantsMoreOfMessage`.
    case retrieve(MessageNumber, lines: Int?)
    /// QUIT: make these deletions, then call `updated()` or `updateFailed()` (RFC 1939 §6).
    case update(deleting: [MessageNumber])
    /// Close the connection.
    case close
}

/// Why a sign-in is refused; each has its response code (RFC 2449 §8, RFC 3206).
public enum SignInRefusal: Hashable, Sendable {
    /// Unknown name or wrong password: nobody learns which.
    case credentials
    /// Another session holds the maildrop.
    case inUse
    /// The server can't look right now.
    case temporary

    var text: String {
        switch self {
        case .credentials: "[AUTH] The user name or the password is not right."
        case .inUse: "[IN-USE] Another session of this account is open."
        case .temporary: "[SYS/TEMP] Signing in is not possible right now; try again later."
        }
    }
}
