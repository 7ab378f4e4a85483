import GRDB
public import MailModel

/// Messages that are not settled.
public struct OutgoingCount: Hashable, Sendable {
    /// They wait to be sent, or are being sent.
    public var waiting = 0
    /// Nobody knows whether they were sent: somebody has to say what to do.
    public var inDoubt = 0

    public init(waiting: Int = 0, inDoubt: Int = 0) {
        self.waiting = waiting
        self.inDoubt = inDoubt
    }
}

extension AccountReader {
    private static let columns = """
        id, identity, email, thread, maildrop, mailFrom, createdAt, sendAt, state, attempts, firstTriedAt, nextTryAt, problem
        """

    /// Every submission a client may see (nil), or those of `ids` that exist, in the order asked for.
    public func submissions(_ ids: [SubmissionID]? = nil) throws -> [EmailSubmission] {
        let select = "SELECT \(Self.columns) FROM submission WHERE isDestroyed = 0"
        guard let ids else { return try db.all(select + " ORDER BY id", body: Self.submission).map(withRecipients) }
        return try ids.compactMap { id in
            try db.first(select + " AND id = ?", .int(id.rawValue), body: Self.submission).map(withRecipients)
        }
    }

    /// One submission, destroyed or not: for who sends it.
    package func submission(_ id: SubmissionID) throws -> EmailSubmission? {
        try db.first(
            "SELECT \(Self.columns) FROM submission WHERE id = ?", .int(id.rawValue), body: Self.submission
        ).map(withRecipients)
    }

    /// How many are on their way, or in doubt.
    public func unsettledSubmissions() throws -> Int {
        let count = try outgoing()
        return count.waiting + count.inDoubt
    }

    /// The same apart.
    public func outgoing() throws -> OutgoingCount {
        let doubt = SubmissionState.inDoubt.rawValue
        return try db.first(
            "SELECT count(*), count(*) FILTER (WHERE state = ?) FROM submission WHERE blob IS NOT NULL", .int(doubt)
        ) { row in
            let inDoubt = Int(row.int(1))
            return OutgoingCount(waiting: Int(row.int(0)) - inDoubt, inDoubt: inDoubt)
        } ?? OutgoingCount()
    }

    /// What waits to be sent, and when: the soonest first.
    package func dueSubmissions() throws -> [(id: SubmissionID, maildrop: MaildropID, at: Timestamp)] {
        try db.all(
            "SELECT id, maildrop, nextTryAt FROM submission INDEXED BY submissionDue WHERE nextTryAt IS NOT NULL ORDER BY nextTryAt, id"
        ) { row in
            (
                id: SubmissionID(rawValue: row.int(0)), maildrop: MaildropID(rawValue: row.int(1)),
                at: Timestamp(milliseconds: row.int(2))
            )
        }
    }

    /// The message of a submission that is not settled.
    package func message(of id: SubmissionID) throws -> OpenBlob? {
        let blob = try db.first(
            "SELECT hash FROM submission JOIN blob ON blob.id = submission.blob WHERE submission.id = ?",
            .int(id.rawValue)
        ) { BlobID(hash: $0.blob(0)) }
        return try blob.flatMap { try openBlob($0) }
    }

    private func withRecipients(_ submission: EmailSubmission) throws -> EmailSubmission {
        var submission = submission
        submission.recipients = try db.all(
            "SELECT address, state, reply FROM submissionRecipient WHERE submission = ? ORDER BY position",
            .int(submission.id.rawValue)
        ) { row in
            SubmissionRecipient(
                address: row.text(0), state: .init(rawValue: row.int(1)) ?? .inDoubt, reply: row.optionalText(2))
        }
        return submission
    }

    private static func submission(_ row: borrowing SQLRow) -> EmailSubmission {
        EmailSubmission(
            id: SubmissionID(rawValue: row.int(0)), identity: IdentityID(rawValue: row.int(1)),
            email: EmailID(rawValue: row.int(2)), thread: ThreadID(rawValue: row.int(3)),
            maildrop: MaildropID(rawValue: row.int(4)), mailFrom: row.text(5), recipients: [],
            createdAt: Timestamp(milliseconds: row.int(6)), sendAt: Timestamp(milliseconds: row.int(7)),
            state: SubmissionState(rawValue: row.int(8)) ?? .inDoubt, attempts: Int(row.int(9)),
            firstTriedAt: row.optionalInt(10).map { Timestamp(milliseconds: $0) },
            nextTryAt: row.optionalInt(11).map { Timestamp(milliseconds: $0) }, problem: row.optionalText(12))
    }
}
