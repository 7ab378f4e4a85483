/// When a message is deleted upstream, once it is stored here and the copy was read back from disk.
///
/// The default keeps everything. Rules add up: a message goes when one of them says so; the conditions hold for both.
public struct Retention: Hashable, Sendable {
    /// Days from receipt after which a message goes; 0: as soon as it is stored. Nil: never by age.
    public var deleteAfter: Int?
    /// A message goes when its email was destroyed on a device.
    public var deleteDestroyed: Bool
    /// An email that is unread here is not deleted by age. One that was destroyed counts as read.
    public var keepUnread: Bool
    /// Only messages of more octets go.
    public var largerThan: Int?

    public init(
        deleteAfter: Int? = nil, deleteDestroyed: Bool = false, keepUnread: Bool = false, largerThan: Int? = nil
    ) {
        self.deleteAfter = deleteAfter
        self.deleteDestroyed = deleteDestroyed
        self.keepUnread = keepUnread
        self.largerThan = largerThan
    }

    /// Nothing is ever deleted.
    public static let keep = Retention()

    /// Whether no message can ever be due.
    public var keepsAll: Bool { deleteAfter == nil && !deleteDestroyed }
}

/// What becomes of an email here when its message vanishes upstream and we did not delete it.
public enum VanishedMail: String, CaseIterable, Sendable {
    /// It stays.
    case keep
    /// It goes to the Trash, once two listings that can be believed lacked its message.
    case trash
}

extension MaildropRules {
    /// A hundred years.
    static let days = 0...36_525

    package static func retention(_ retention: Retention) throws(MailStoreError) {
        if let days = retention.deleteAfter, !Self.days.contains(days) {
            throw invalid(
                "retention", "Messages are deleted after 0 to \(Self.days.upperBound) days, not after \(days).")
        }
        if let size = retention.largerThan, size < 0 {
            throw invalid("retention", "A size cannot be negative.")
        }
    }
}

extension AccountReader {
    func retention(of maildrop: Int64) throws -> (retention: Retention, vanished: VanishedMail) {
        try db.first(
            """
            SELECT deleteAfter, deleteDestroyed, keepUnread, largerThan, vanished FROM maildropRetention
            WHERE maildrop = ?
            """, .int(maildrop)
        ) { row in
            (
                Retention(
                    deleteAfter: row.optionalInt(0).map { Int($0) }, deleteDestroyed: row.int(1) != 0,
                    keepUnread: row.int(2) != 0, largerThan: row.optionalInt(3).map { Int($0) }),
                VanishedMail(rawValue: row.text(4)) ?? .keep
            )
        } ?? (.keep, .keep)
    }
}

extension AccountWriter {
    func setRetention(_ settings: MaildropSettings, of maildrop: Int64) throws {
        let retention = settings.retention
        try db.run("DELETE FROM maildropRetention WHERE maildrop = ?", .int(maildrop))
        guard retention != .keep || settings.vanished != .keep else { return }
        try db.run(
            "INSERT INTO maildropRetention VALUES (?, ?, ?, ?, ?, ?)", .int(maildrop),
            .int(retention.deleteAfter.map(Int64.init)), .int(retention.deleteDestroyed ? 1 : 0),
            .int(retention.keepUnread ? 1 : 0), .int(retention.largerThan.map(Int64.init)),
            .text(settings.vanished.rawValue))
        // What was not due under the old rules may be now.
        try db.run(
            "UPDATE maildropRecord SET lookedModseq = 0, dueAt = 0 WHERE id = (SELECT record FROM maildrop WHERE id = ?)",
            .int(maildrop))
    }
}
