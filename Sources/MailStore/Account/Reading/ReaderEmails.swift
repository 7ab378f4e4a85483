import GRDB
public import MIME
public import MailModel

extension AccountReader {
    /// Those of `ids` that exist, in the order asked for.
    public func emails(_ ids: [EmailID]) throws -> [Email] { try ids.compactMap(email) }

    /// Whether there is such an email, readable or not.
    public func exists(_ id: EmailID) throws -> Bool {
        try db.first("SELECT 1 FROM email WHERE id = ?", .int(id.rawValue)) { _ in true } ?? false
    }

    private func email(_ id: EmailID) throws -> Email? {
        let mailboxes = try mailboxIDs(of: id)
        return try db.first(
            """
            SELECT hash, thread, receivedAt, size, flags, structure IS NULL, summary FROM email WHERE id = ?
            """,
            .int(id.rawValue)
        ) { row in
            Email(
                id: id, blobID: BlobID(hash: row.blob(0)), threadID: ThreadID(rawValue: row.int(1)),
                mailboxIDs: mailboxes, keywords: try keywords(of: id, EmailFlags(rawValue: row.int(4))),
                size: Int(row.int(3)), receivedAt: Timestamp(milliseconds: row.int(2)),
                summary: try summary(row.blob(6), of: id), isUnparsed: row.int(5) != 0)
        }
    }

    private func summary(_ encoded: [UInt8], of id: EmailID) throws -> MessageSummary {
        guard let summary = MessageSummary(encoded: encoded) else {
            throw MailStoreError(.corrupt, "The summary of email \(id) cannot be read.")
        }
        return summary
    }

    private func keywords(of id: EmailID, _ flags: EmailFlags) throws -> Set<Keyword> {
        let wellKnown = Set(flags.wellKnown)
        return flags.hasOthers ? wellKnown.union(try otherKeywords(of: id)) : wellKnown
    }

    /// The keywords that have no bit.
    func otherKeywords(of id: EmailID) throws -> Set<Keyword> {
        Set(
            try db.all("SELECT keyword FROM emailKeyword WHERE email = ?", .int(id.rawValue)) { $0.text(0) }
                .compactMap { Keyword($0) })
    }

    func mailboxIDs(of id: EmailID) throws -> Set<MailboxID> {
        Set(
            try db.all(
                "SELECT mailbox FROM emailMailbox INDEXED BY emailMailboxByEmail WHERE email = ?", .int(id.rawValue)
            ) { MailboxID(rawValue: $0.int(0)) })
    }

    /// Those of `ids` that exist, in the order asked for.
    public func threads(_ ids: [ThreadID]) throws -> [MailThread] {
        try ids.compactMap { id in
            let emails = try emailIDs(inThread: id)
            return emails.isEmpty ? nil : MailThread(id: id, emailIDs: emails)
        }
    }

    /// Oldest `receivedAt` first, then by id; empty when there is no such thread.
    public func emailIDs(inThread thread: ThreadID) throws -> [EmailID] {
        try db.all(
            "SELECT id FROM email INDEXED BY emailByThread WHERE thread = ? ORDER BY receivedAt, id",
            .int(thread.rawValue)
        ) { EmailID(rawValue: $0.int(0)) }
    }

    /// Nil when the email is not there or was not parsed.
    public func structure(of email: EmailID) throws -> MessageStructure? {
        let encoded = try db.first(
            "SELECT structure FROM email WHERE id = ? AND structure IS NOT NULL", .int(email.rawValue)
        ) { $0.blob(0) }
        guard let encoded else { return nil }
        guard let structure = MessageStructure(encoded: encoded) else {
            throw MailStoreError(.corrupt, "The structure of email \(email) cannot be read.")
        }
        return structure
    }

    /// The emails whose message these octets are, oldest id first.
    public func emails(withBlob id: BlobID) throws -> [EmailID] {
        try db.all(
            """
            SELECT email.id FROM blob JOIN email INDEXED BY emailByBlob ON email.blob = blob.id
            WHERE blob.hash = ? ORDER BY email.id
            """,
            .blob(id.hash)
        ) { EmailID(rawValue: $0.int(0)) }
    }
}
