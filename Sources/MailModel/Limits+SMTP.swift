extension Limits {
    /// What a server that mail is submitted to may send, and how long it may take (RFC 5321 §4.5.3.2).
    public struct SMTPClient: Hashable, Sendable {
        /// Octets of one line of a reply without its line end; RFC 5321 §4.5.3.1.5 asks for 512.
        public var replyLine = 4 * 1024
        /// Lines of one reply.
        public var replyLines = 256
        public var connect: Duration = .seconds(30)
        public var tlsHandshake: Duration = .seconds(30)
        /// The greeting and the answers before and to MAIL and RCPT.
        public var answer: Duration = .seconds(300)
        /// The answer to DATA, and how long the server may take none of the message's octets.
        public var data: Duration = .seconds(180)
        /// The answer to the message's end.
        public var verdict: Duration = .seconds(600)
        /// Commands that are sent and not yet answered at once with PIPELINING.
        public var windowCommands = 50
        public init() {}
    }
}
