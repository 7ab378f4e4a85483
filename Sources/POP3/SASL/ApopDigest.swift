import MailModel

/// APOP (RFC 1939 §7): MD5 of the greeting's timestamp followed by the password. It protects little today, and is used
/// only where somebody asks for it.
struct ApopDigest: Sendable {
    /// The timestamp with its angle brackets.
    private let timestamp: [UInt8]

    /// Finds the timestamp in a greeting's text; nil when there is none.
    ///
    /// It must have a message-id's form (RFC 822): with octets of its choice a false server could learn the password from
    /// MD5's collisions.
    init?(greeting: [UInt8]) {
        guard let start = greeting.firstIndex(of: UInt8(ascii: "<")),
            let end = greeting[start...].firstIndex(of: UInt8(ascii: ">"))
        else { return nil }
        let inside = greeting[(start + 1)..<end]
        let parts = inside.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard inside.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "<") }), parts.count == 2,
            !parts[0].isEmpty, !parts[1].isEmpty
        else { return nil }
        timestamp = Array(greeting[start...end])
    }

    func digest(_ password: Secret) -> String {
        Hexadecimal.encode(Digests.md5(timestamp + password.withBytes { $0 }))
    }
}
