public import NIOCore

/// What a client machine wants done next, or has to tell.
public enum ClientAction: Sendable {
    /// Nothing until the next event.
    case wait
    /// Write these octets.
    case send(ByteBuffer)
    /// Put TLS on the connection now, then call `tlsEstablished()`. Nothing may be read in between but by TLS.
    case startTLS
    /// Signed in. These are the capabilities as known by now; if the machine asks once more, an
    /// `answer(.capabilities)`, or a `refused(.capabilities, …)` that means nothing, follows.
    case signedIn(Capabilities)
    /// An order was carried out.
    case answer(ClientAnswer)
    /// The message of a `retrieve` or `top` begins: its octets follow, then `messageEnded`.
    case messageBegan(MessageNumber)
    /// Octets of the message that began last, unstuffed: a slice of what was received.
    case messageBytes(ByteBuffer)
    /// The message is whole; `octets` were given.
    case messageEnded(MessageNumber, octets: Int)
    /// An order was answered with -ERR, or (`malformedReply`) with something that makes no sense. The session goes on,
    /// except after `quit`: then some deletions were not made, and the session is over.
    case refused(ClientOrder, POP3Error)
    /// QUIT was answered with +OK: deletions are a fact (RFC 1939 §6). Close the connection.
    case finished
    /// The session is over; close the connection. No deletion was made unless QUIT was already sent, and then nobody
    /// knows. Orders not answered were not carried out as far as is known.
    case failed(POP3Error)
}

/// The good end of an order that brings no message.
public enum ClientAnswer: Hashable, Sendable {
    case capabilities(Capabilities)
    case maildropSize(MaildropSize)
    case uniqueIDs(UniqueIDListing)
    case uniqueID(UniqueIDListing.Element)
    case scanListing(ScanListing)
    case size(ScanListing.Element)
    /// `delete`, `noop` or `reset`.
    case done(ClientOrder)
}

/// What the connection waits for: it decides which time-out applies.
public enum ClientExpectation: Hashable, Sendable {
    /// The greeting, or the answer to a command of the sign-in.
    case signIn
    /// The server's verdict on the sign-in: some wait minutes for the lock of another session before they give it.
    case verdict
    /// The TLS handshake, after `startTLS`.
    case tlsHandshake
    /// The first answer after sign-in: a server without an index may size every message first.
    case firstAnswer
    /// Any other answer.
    case answer
    /// More of a message.
    case message
    /// Nothing: the owner's next order, or the end.
    case order
}
