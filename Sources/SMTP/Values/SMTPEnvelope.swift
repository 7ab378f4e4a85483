public import MailModel

/// One message's way: from whom, to whom, and what its octets ask of the server (RFC 5321 §3.3).
public struct SMTPEnvelope: Hashable, Sendable {
    public var sender: SMTPAddress
    /// In the order in which they are answered for.
    public var recipients: [SMTPAddress]
    public var traits: MessageTraits

    public init(sender: SMTPAddress, recipients: [SMTPAddress], traits: MessageTraits) {
        self.sender = sender
        self.recipients = recipients
        self.traits = traits
    }

    var needsUTF8: Bool { traits.hasEightBitHeader || !sender.isASCII || recipients.contains { !$0.isASCII } }
}

/// What the octets of a message, as they are sent, ask of a server.
public struct MessageTraits: Hashable, Sendable {
    /// Octets with CRLF at each line's end, dots not yet doubled (RFC 1870 §5).
    public var octets = 0
    /// Octets above 127 in the header: only SMTPUTF8 allows them (RFC 6532 §3).
    public var hasEightBitHeader = false
    /// The same behind it: only 8BITMIME allows them.
    public var hasEightBitBody = false

    public init() {}
}
