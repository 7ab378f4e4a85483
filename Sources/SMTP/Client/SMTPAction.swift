public import NIOCore

/// What a client machine wants done next, or has to tell.
public enum SMTPAction: Sendable {
    /// Nothing until the next event.
    case wait
    /// Write these octets.
    case send(ByteBuffer)
    /// Put TLS on the connection now, then call `tlsEstablished()`.
    case startTLS
    /// Signed in: call `submit(_:)`, or `quit()`.
    case ready(SMTPExtensions)
    /// The server waits for the message: write what `encode(_:)` makes of its octets, then what `endMessage()` gives. Each
    /// recipient's answer is there, in the envelope's order; at least one is positive.
    case message([SMTPReply])
    /// The server has the message for every recipient it had accepted (RFC 5321 §6.1).
    case accepted(SMTPReply)
    /// The server does not have the message, and says so; with each recipient's answer as far as they were asked. The
    /// session goes on: call `quit()`.
    case refused(SMTPError, [SMTPReply])
    /// QUIT was answered. Close the connection.
    case finished
    /// The session is over; close the connection. Unless `isInDoubt`, the server does not have the message.
    case failed(SMTPError)
}

/// What the connection waits for: it decides which time-out applies.
public enum SMTPExpectation: Hashable, Sendable {
    case answer
    case tlsHandshake
    /// The answer to DATA.
    case data
    /// The answer to the message.
    case verdict
}
