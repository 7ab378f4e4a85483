import NIOCore

/// What went wrong in a POP3 session, seen from the client.
public struct POP3Error: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// The server closed the connection before it had answered.
        case connectionClosed
        /// An answer that is none: no status, or a listing line or number that can't be read.
        case malformedReply
        /// Octets that nothing was asked for: usually the rest of a message in which a dot was not stuffed.
        case unexpectedData
        /// More than a named limit allows.
        case limitExceeded
        /// The server answered a command with -ERR, and gave no code that says more.
        case refused
        /// The sign-in failed, and nothing says that anything but name or password is the reason.
        case credentialsRefused
        /// Another session holds the maildrop; the credentials were right.
        case inUse
        /// The server wants more time between two sign-ins.
        case loginDelay
        /// The server has had enough of us for a while: too many sign-ins, or too much fetched.
        case throttled
        /// The server has a trouble that should go away by itself.
        case temporaryFailure
        /// The server has a trouble that does not go away by itself.
        case permanentFailure
        /// The server offers no STLS although the maildrop asks for it, or refused it.
        case tlsUnavailable
        /// Plain text stood behind the answer to STLS: somebody may have put it there (RFC 2595 §4).
        case tlsInjection
        /// The server offers no way to sign in that we speak, or the credentials can't be said in those it offers.
        case signInUnavailable
        /// The server no longer offers a way to sign in that is as safe as the one that was used before.
        case signInDowngraded
        /// The server said yes without the proof that SCRAM asks of it: it may not be the one it should be.
        case serverUnproven
    }

    public var code: Code
    /// One sentence for people, without secrets.
    public var message: String
    /// What the server said, cleaned of control characters; nil when it did not speak.
    public var serverText: String?
    /// The code the server gave with it.
    public var responseCode: ResponseCode?
    /// The message that was being received or asked for; after `unexpectedData` and `malformedReply` the one before.
    public var messageNumber: MessageNumber?

    public init(
        code: Code, message: String, serverText: String? = nil, responseCode: ResponseCode? = nil,
        messageNumber: MessageNumber? = nil
    ) {
        self.code = code
        self.message = message
        self.serverText = serverText
        self.responseCode = responseCode
        self.messageNumber = messageNumber
    }

    public var description: String {
        guard let serverText, !serverText.isEmpty else { return message }
        return "\(message) (the server says: \(serverText))"
    }
}

extension POP3Error {
    static func lineTooLong(limit: Int) -> POP3Error {
        POP3Error(code: .limitExceeded, message: "A line is longer than \(limit) octets.")
    }

    static func malformedReply(_ line: ByteBuffer) -> POP3Error {
        POP3Error(
            code: .malformedReply, message: "The server's answer is neither +OK nor -ERR.", serverText: line.humanText)
    }

    /// A negative answer to a command. The code decides; without one the words, if they say anything; else it is
    /// `fallback`.
    static func negative(_ reply: Reply, to command: String, otherwise fallback: Code = .refused) -> POP3Error {
        let responseCode = reply.responseCode
        return POP3Error(
            code: responseCode.flatMap(Code.init) ?? Code(words: reply.text.readableBytesView) ?? fallback,
            message: "The server refused \(command).", serverText: reply.humanText, responseCode: responseCode)
    }
}

extension POP3Error.Code {
    /// What a response code means (RFC 2449 §8, RFC 3206); nil for one that tells nothing of use.
    init?(_ code: ResponseCode) {
        switch code {
        case let code where code.matches(.inUse): self = .inUse
        case let code where code.matches(.loginDelay): self = .loginDelay
        case let code where code.matches(.temporaryFailure): self = .temporaryFailure
        case let code where code.matches(.permanentFailure): self = .permanentFailure
        case let code where code.matches(.authentication): self = .credentialsRefused
        default: return nil
        }
    }
}
