/// What went wrong in an SMTP session, seen from the client.
public struct SMTPError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// The server closed the connection before it had answered.
        case connectionClosed
        /// An answer that is none, or octets that nothing was asked for.
        case malformedReply
        /// More than a named limit allows.
        case limitExceeded
        /// The server has a trouble that should go away by itself (a code of 400 to 499).
        case temporaryFailure
        /// The server refuses for good (500 to 599).
        case permanentFailure
        /// The server does not offer STARTTLS although the settings ask for it, or refused it.
        case tlsUnavailable
        /// Plain text stood behind the answer to STARTTLS: somebody may have put it there (RFC 3207 §6).
        case tlsInjection
        /// The server offers no way to sign in that we speak.
        case signInUnavailable
        /// Name or password, or the access token, were refused.
        case credentialsRefused
        /// The message, or an address, needs what the server does not offer (8BITMIME, SMTPUTF8), or is larger than the
        /// server takes: no retry helps.
        case unsupported
    }

    public var code: Code
    /// One sentence for people, without secrets.
    public var message: String
    /// What the server said.
    public var reply: SMTPReply?

    public init(_ code: Code, _ message: String, reply: SMTPReply? = nil) {
        self.code = code
        self.message = message
        self.reply = reply
    }

    public var description: String {
        guard let reply else { return message }
        return "\(message) The server says: \(reply)"
    }
}

extension SMTPError {
    /// A refusal of `what` (a noun). 552 to RCPT aside, the code's first digit decides (RFC 5321 §4.2.1).
    static func refused(_ what: String, _ reply: SMTPReply) -> SMTPError {
        switch reply.code / 100 {
        case 4: SMTPError(.temporaryFailure, "The server can't take \(what) now.", reply: reply)
        case 5: SMTPError(.permanentFailure, "The server refused \(what).", reply: reply)
        default: SMTPError(.malformedReply, "The server's answer to \(what) makes no sense.", reply: reply)
        }
    }

    static let closed = SMTPError(.connectionClosed, "The server closed the connection.")
    static let injection = SMTPError(
        .tlsInjection, "Plain text came after the answer to STARTTLS; somebody may have put it there.")
}
