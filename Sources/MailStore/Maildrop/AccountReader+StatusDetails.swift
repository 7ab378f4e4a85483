public import MailModel

/// What is known of a maildrop from one process to the next, beside its status of now.
public struct MaildropDetails: Hashable, Sendable {
    /// How the last sign-in succeeded; nil before the first.
    public var signInMethod: String?
    /// Seconds between two sign-ins that the server announced last (LOGIN-DELAY, RFC 2449 §6.5).
    public var loginDelay: Int?
    /// Messages that are tried again later, and those over a limit.
    public var parked = 0
    public var heldBack = 0
    /// Messages deleted upstream in the last 90 days, by how far that has come.
    public var deletions: [DeletionState: Int] = [:]

    public init() {}
}

extension AccountReader {
    /// - Throws: `notFound`.
    public func details(of maildrop: MaildropID) throws -> MaildropDetails {
        let (record, numbering) = try record(of: maildrop)
        var details = MaildropDetails()
        let memory = try serverMemory(of: maildrop)
        (details.signInMethod, details.loginDelay) = (memory.method, memory.loginDelay)
        let counts = try db.all(
            """
            SELECT state, count(*) FROM maildropMessage INDEXED BY maildropMessageNotStored
            WHERE record = ? AND numbering = ? AND state IN (2, 3) GROUP BY state
            """, .int(record), .int(numbering)
        ) { (MaildropMessageState(rawValue: Int($0.int(0))), Int($0.int(1))) }
        for (state, count) in counts {
            switch state {
            case .parked: details.parked = count
            case .heldBack: details.heldBack = count
            case .stored, .fetchedElsewhere, nil: break
            }
        }
        details.deletions = try deletionCounts(of: maildrop)
        return details
    }

    /// Lines of a maildrop's journal of deletions, the newest first, older than the line `before`.
    public func deletions(
        of maildrop: MaildropID, before line: Int64?, limit: Int
    ) throws -> [(line: Int64, deletion: Deletion)] {
        try deletions(of: maildrop, limit: limit, before: line ?? .max).map { ($0.id, $0) }
    }
}
