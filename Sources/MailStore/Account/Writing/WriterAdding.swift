import GRDB
import MIME
public import MailModel

/// Emails and blobs come in.
extension AccountWriter {
    /// Stores a message that a device brings (Email/import, RFC 8621 §4.8). It is no new mail in the sense of
    /// EmailDelivery.
    /// - Throws: `invalidProperty` for mailboxIds, keywords, receivedAt; `overQuota`.
    public func addEmail(_ arrival: Arrival) throws -> EmailID { try add([arrival])[0] }

    /// New mail: the emails of a batch, and EmailDelivery's new state with them.
    /// - Throws: `notFound` when a mailbox is gone; what `addEmail` throws.
    func deliver(_ batch: [Arrival], from maildrop: MaildropID? = nil) throws -> [EmailID] {
        // What was imported before is that email: no new one.
        let claimed = try batch.map { try claimImported($0.message) }
        var new = zip(batch, claimed).filter { $0.1 == nil }.map(\.0)
        guard !new.isEmpty else { return claimed.compactMap { $0 } }
        // No value that somebody gave: a mailbox that went while its mail was on the way.
        for mailbox in Set(new.flatMap(\.mailboxIDs)) where try !transaction.exists(mailbox) {
            throw MailStoreError.notFound("mailbox \(mailbox)")
        }
        if let maildrop { new = try applyingRules(to: new, from: maildrop) }
        var ids = try add(new)[...]
        transaction.noteDelivery()
        return claimed.compactMap { $0 ?? ids.popFirst() }
    }

    /// Keeps an upload for at least 24 hours from now, whether anything refers to it or not (RFC 8620 §6).
    /// - Throws: `overQuota` when no message could be made of it.
    public func addBlob(_ blob: PreparedBlob) throws {
        try checkRoom(octets: blob.size)
        try transaction.verb {
            try makeRoomForUpload(octets: blob.size)
            let row = try row(for: blob)
            try db.run(
                "UPDATE blob SET keptUntil = max(ifnull(keptUntil, 0), ?) WHERE id = ?",
                .int(now.adding(seconds: Self.uploadSeconds).milliseconds), .int(row))
        }
    }

    /// How long an upload that nothing refers to is kept.
    private static let uploadSeconds: Int64 = 24 * 3600

    /// Threads first, so that each thread's row is written once and before the emails that refer to it.
    private func add(_ batch: [Arrival]) throws -> [EmailID] {
        for arrival in batch { try validate(arrival) }
        try checkRoom(octets: batch.reduce(0) { $0 + $1.message.blob.size })
        return try transaction.verb {
            // A blob may be gone again: known before anything else is touched.
            let blobs = try batch.map { try row(for: $0.message.blob) }
            let threads = try batch.map { try thread(for: $0) }
            try transaction.flush()
            return try batch.indices.map { try insert(batch[$0], blob: blobs[$0], in: threads[$0]) }
        }
    }

    private func validate(_ arrival: Arrival) throws {
        try validate(arrival.mailboxIDs)
        try validate(arrival.keywords)
        guard EmailRules.receivedAt.contains(arrival.receivedAt.milliseconds) else {
            throw MailStoreError(.invalidProperty("receivedAt"), "A date must lie between the years 0 and 9999.")
        }
    }

    func validate(_ mailboxes: Set<MailboxID>) throws {
        guard !mailboxes.isEmpty else {
            throw MailStoreError(.invalidProperty("mailboxIds"), "An email must be in at least one mailbox.")
        }
        for mailbox in mailboxes where try !transaction.exists(mailbox) {
            throw MailStoreError(.invalidProperty("mailboxIds"), "There is no mailbox \(mailbox).")
        }
    }

    func validate(_ keywords: Set<Keyword>) throws {
        guard keywords.count <= EmailRules.keywords else {
            throw MailStoreError(
                .invalidProperty("keywords"),
                "\(keywords.count) keywords are over the limit of \(EmailRules.keywords) an email.")
        }
    }

    private func thread(for arrival: Arrival) throws -> ThreadID {
        let threading = arrival.message.threading
        let thread = try transaction.thread(for: threading)
        let standing = EmailStanding(
            mailboxes: arrival.mailboxIDs, isUnread: EmailFlags(arrival.keywords).isUnread)
        try transaction.moveEmail(of: thread, from: nil, to: standing)
        return thread
    }

    private func insert(_ arrival: Arrival, blob: Int64, in thread: ThreadID) throws -> EmailID {
        let message = arrival.message
        let id = transaction.makeEmailID()
        let modseq = transaction.note(.created, .email, id.rawValue)
        let flags = EmailFlags(arrival.keywords)
        try db.run(
            """
            INSERT INTO email (id, blob, hash, thread, receivedAt, sentAt, size, flags, hasAttachment, createdModseq,
            updatedModseq, summary, structure) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?11, ?12)
            """,
            .int(id.rawValue), .int(blob), .blob(message.blob.id.hash), .int(thread.rawValue),
            .int(arrival.receivedAt.milliseconds), .int(message.summary.sentAt?.timestamp.milliseconds),
            .int(message.blob.size), .int(flags.rawValue), .int(message.summary.hasAttachment ? 1 : 0),
            .int(modseq.rawValue), .blob(message.encodedSummary), message.structure.map { .blob($0) } ?? .null)
        try message.sort.insert(id, db)
        transaction.addMessageOctets(Int64(message.blob.size))
        if flags.hasOthers { try insertKeywords(arrival.keywords, of: id) }
        let membership = Membership(
            email: id, thread: thread, sortKey: arrival.receivedAt.milliseconds, flags: flags, modseq: modseq)
        for mailbox in arrival.mailboxIDs.sorted() { try insert(membership, into: mailbox) }
        return id
    }

    func insertKeywords(_ keywords: Set<Keyword>, of email: EmailID) throws {
        for keyword in keywords where EmailFlags.bit(of: keyword) == nil {
            try db.run(
                "INSERT INTO emailKeyword (email, keyword) VALUES (?, ?)", .int(email.rawValue), .text(keyword.name))
        }
    }

    /// What an email's rows in all its mailboxes have in common.
    struct Membership {
        let email: EmailID
        let thread: ThreadID
        let sortKey: Int64
        let flags: EmailFlags
        let modseq: Modseq
    }

    func insert(_ membership: Membership, into mailbox: MailboxID) throws {
        guard let uid = try transaction.makeUID(in: mailbox) else {
            throw MailStoreError(.invalidProperty("mailboxIds"), "There is no mailbox \(mailbox).")
        }
        try db.run(
            """
            INSERT INTO emailMailbox (mailbox, uid, email, thread, sortKey, flags, modseq)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            .int(mailbox.rawValue), .int(uid), .int(membership.email.rawValue), .int(membership.thread.rawValue),
            .int(membership.sortKey), .int(membership.flags.rawValue), .int(membership.modseq.rawValue))
    }

    /// The row of a blob: the same octets have one row, however often they come.
    private func row(for blob: PreparedBlob) throws -> Int64 {
        if let (format, octets) = blob.content.columns {
            let isNew = try db.run(
                "INSERT INTO blob (hash, size, format, octets) VALUES (?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING",
                .blob(blob.id.hash), .int(blob.size), .int(format.rawValue), octets)
            if isNew == 1 {
                let row = db.lastInsertedRowID
                if let lease = blob.content.lease { try insert(lease, of: row) }
                return row
            }
        }
        let row = try db.first("SELECT id FROM blob WHERE hash = ?", .blob(blob.id.hash)) { $0.int(0) }
        guard let row else { throw MailStoreError.notFound("blob \(blob.id)") }
        return row
    }

    private func insert(_ lease: IntakeLease, of blob: Int64) throws {
        precondition(lease.isSynced, "A row must not name octets that are not on disk.")
        try db.run(
            "INSERT INTO intake (blob, file, start) VALUES (?, ?, ?)", .int(blob), .int(lease.file.number),
            .int(lease.start))
    }
}

/// Bounds of what an email's properties may be.
public enum EmailRules {
    /// Keywords an email may have.
    public static let keywords = 100
    /// Milliseconds: the years that RFC 3339 can write.
    static let receivedAt: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999
}
