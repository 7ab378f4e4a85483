/// What STAT returns (RFC 1939 §5): the drop listing's two numbers.
public struct MaildropSize: Hashable, Sendable {
    public var messages: Int
    /// Octets of all messages together, as far as the server counts them. Never a measure of anything exact: servers
    /// are known to count line ends differently, and to overflow.
    public var octets: Int

    public init(messages: Int, octets: Int) {
        self.messages = messages
        self.octets = octets
    }

    /// Reads `nn mm`. QUIRK: a number of octets that can't be read (negative after an overflow, or left out) is 0.
    init?(_ reply: Reply) {
        var cursor = LineCursor(reply.text)
        guard let messages = cursor.number() else { return nil }
        self.init(messages: messages, octets: cursor.number() ?? 0)
    }
}
