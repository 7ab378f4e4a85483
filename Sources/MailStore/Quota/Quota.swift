public import MailModel

/// How much an account may have of something, and how much it has (RFC 9425).
public struct Quota: Hashable, Sendable {
    /// What is limited. On disk, in the change log and in ids: append only.
    public enum Kind: Int64, CaseIterable, Sendable {
        /// Octets of messages.
        case octets = 1
        case mailboxes = 2
        case maildrops = 3
        case identities = 4
        /// Messages that wait to be sent, or are in doubt.
        case submissions = 5

        public var id: QuotaID { QuotaID(rawValue: rawValue) }
    }

    public let kind: Kind
    public let used: Int
    public let hardLimit: Int

    public var id: QuotaID { kind.id }

    /// From here on there will soon be no room: nine tenths of the limit.
    public var warnLimit: Int { hardLimit - max(1, hardLimit / 10) }

    /// In which hundredth of a limit a use lies: it is told when that is another one.
    static func part(of used: Int64, limit: Int64) -> Int64 { used / max(1, limit / 100) }
}

extension AccountReader {
    /// The quotas of the account (nil), or those of `ids` that there are, in the order asked for. There is one on octets
    /// only where they are limited.
    public func quotas(_ ids: [QuotaID]? = nil) throws -> [Quota] {
        let kinds = ids?.compactMap { Quota.Kind(rawValue: $0.rawValue) } ?? Quota.Kind.allCases
        return try kinds.compactMap { try quota($0) }
    }

    private func quota(_ kind: Quota.Kind) throws -> Quota? {
        switch kind {
        case .octets:
            guard let limit = core.options.limits.account.octets else { return nil }
            return Quota(kind: kind, used: try messageOctets(), hardLimit: limit)
        case .mailboxes: return Quota(kind: kind, used: try count("mailbox"), hardLimit: MailboxRules.count)
        case .maildrops: return Quota(kind: kind, used: try maildrops().count, hardLimit: MaildropRules.count)
        case .identities: return Quota(kind: kind, used: try count("identity"), hardLimit: IdentityRules.count)
        case .submissions:
            return Quota(kind: kind, used: try unsettledSubmissions(), hardLimit: SubmissionRules.unsettled)
        }
    }

    private func count(_ table: StaticString) throws -> Int {
        try db.first("SELECT count(*) FROM \(table)") { Int($0.int(0)) } ?? 0
    }

    /// Octets of all messages that the account holds, as they were received. Kept, not counted.
    public func messageOctets() throws -> Int {
        if let transaction { return Int(transaction.counters.messageOctets) }
        return try db.first("SELECT messageOctets FROM meta WHERE id = 1") { Int($0.int(0)) } ?? 0
    }

    /// How many octets of messages still go in; nil where they are not limited, negative where there are too many.
    package func octetsLeft() throws -> Int? {
        guard let limit = core.options.limits.account.octets else { return nil }
        return limit - (try messageOctets())
    }
}

extension MailStoreError {
    static func overQuota(held: Int64, limit: Int64, more: Int64) -> MailStoreError {
        MailStoreError(
            .overQuota,
            "The account holds \(held) octets of messages and may hold \(limit): there is no room for \(more) more. "
                + "Delete messages and empty the trash.")
    }
}
