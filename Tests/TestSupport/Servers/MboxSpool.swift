/// Messages as they lie in an mbox file: ends of lines are LF, each message begins with a `From ` line and ends with an
/// empty one.
enum MboxSpool {
    /// No line of a message may begin with `From `: an mbox would have to change it.
    static func octets(_ messages: [[UInt8]]) -> [UInt8] {
        messages.reduce(into: []) { spool, message in
            spool += "From ada@example.org Mon Nov  2 10:00:00 2026\n".utf8
            spool += message.filter { $0 != 0x0D }
            spool.append(0x0A)
        }
    }
}
