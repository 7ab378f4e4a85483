import GRDB
import MailModel

/// What a filter says of mailboxes that its results must not be in: what a list of all mail leaves out.
struct MailboxExclusion {
    /// Every result is in none of these.
    var without: [MailboxID] = []
    /// Every result is in a mailbox that is not among these.
    var otherThan: [MailboxID]?

    var isNothing: Bool { without.isEmpty && otherThan == nil }
}

extension EmailFilter {
    /// Takes out what every result must fulfil, where the tree says so at its top.
    mutating func takeExclusion() -> MailboxExclusion {
        var exclusion = MailboxExclusion()
        take(into: &exclusion)
        return exclusion
    }

    private mutating func take(into exclusion: inout MailboxExclusion) {
        switch self {
        case .condition(var condition):
            // A second one stays where it is.
            guard exclusion.otherThan == nil else { return }
            exclusion.otherThan = condition.inMailboxOtherThan
            condition.inMailboxOtherThan = nil
            self = .condition(condition)
        case .all(var filters):
            for index in filters.indices { filters[index].take(into: &exclusion) }
            self = .all(filters)
        case .noneOf(let filters):
            let mailboxes = filters.map(\.onlyMailbox)
            exclusion.without += mailboxes.compactMap(\.self)
            self = .noneOf(zip(filters, mailboxes).filter { $0.1 == nil }.map(\.0))
        case .any: return
        }
    }

    /// The mailbox, for a filter that says nothing else.
    private var onlyMailbox: MailboxID? {
        guard case .condition(let condition) = self, let mailbox = condition.inMailbox,
            condition == EmailCondition(inMailbox: mailbox)
        else { return nil }
        return mailbox
    }
}

/// An exclusion as sets of emails, listed along the index of mailboxes: each row of a long list is then looked for among
/// bits. Its memberships stand in an index of another order, and each row would have to be looked up there.
struct MailboxSieve {
    private var kept: IDSet?
    private var dropped = IDSet()

    init(_ exclusion: MailboxExclusion, _ db: Database) throws {
        if !exclusion.without.isEmpty { try Self.list(Self.within, exclusion.without, into: &dropped, db) }
        guard let mailboxes = exclusion.otherThan else { return }
        // The shorter list: what is in no other mailbox, or what is in one.
        let (inside, all) =
            try db.first(
                """
                SELECT total(totalEmails * (id IN (SELECT value FROM json_each(?)))), total(totalEmails) FROM mailbox
                """, .list(mailboxes.map(\.rawValue))
            ) { ($0.int(0), $0.int(1)) } ?? (0, 0)
        if inside <= all / 2 {
            try Self.list(Self.onlyWithin, mailboxes, into: &dropped, db)
        } else {
            var others = IDSet()
            try Self.list(Self.outside, mailboxes, into: &others, db)
            kept = others
        }
    }

    func passes(_ email: Int64) -> Bool { !dropped.contains(email) && kept?.contains(email) ?? true }

    static let within = """
        SELECT x.email FROM emailMailbox x INDEXED BY emailMailboxBySortKey
        WHERE x.mailbox IN (SELECT value FROM json_each(?1))
        """
    static let onlyWithin = """
        \(within) AND NOT EXISTS (SELECT 1 FROM emailMailbox y INDEXED BY emailMailboxByEmail
        WHERE y.email = x.email AND y.mailbox NOT IN (SELECT value FROM json_each(?1)))
        """
    static let outside = """
        SELECT x.email FROM mailbox b CROSS JOIN emailMailbox x INDEXED BY emailMailboxBySortKey ON x.mailbox = b.id
        WHERE b.id NOT IN (SELECT value FROM json_each(?1))
        """

    private static func list(
        _ sql: String, _ mailboxes: [MailboxID], into set: inout IDSet, _ db: Database
    ) throws {
        try db.each(sql, [.list(mailboxes.map(\.rawValue))]) { row in
            set.insert(row.int(0))
            return true
        }
    }
}
