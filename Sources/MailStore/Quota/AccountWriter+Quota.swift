import GRDB
import MailModel

extension AccountWriter {
    /// - Throws: `overQuota` unless so many octets more are within what the account may hold.
    func checkRoom(octets: Int) throws {
        guard let limit = transaction.octetsLimit else { return }
        let (held, more) = (transaction.counters.messageOctets, Int64(octets))
        guard held <= limit, more <= limit - held else {
            throw MailStoreError.overQuota(held: held, limit: limit, more: more)
        }
    }

    /// Uploads that nothing refers to have a quota of their own where messages have one: as many octets, and at least
    /// one whole upload. For a new one the oldest ones go (RFC 8620 §6).
    func makeRoomForUpload(octets: Int) throws {
        guard let limit = transaction.octetsLimit else { return }
        let most = max(Int(limit), core.options.limits.jmap.uploadOctets)
        let kept = try db.all(
            "SELECT id, size FROM blob INDEXED BY blobKeptUntil WHERE keptUntil IS NOT NULL ORDER BY keptUntil, id"
        ) { (row: $0.int(0), size: Int($0.int(1))) }
        var left = most - octets - kept.reduce(0) { $0 + $1.size }
        for upload in kept where left < 0 {
            try db.run("UPDATE blob SET keptUntil = NULL WHERE id = ?", .int(upload.row))
            try transaction.removeBlobIfUnused(upload.row)
            left += upload.size
        }
    }
}

extension Transaction {
    /// Logs the quotas of which something else is used now than before.
    func noteQuotas() {
        let touched = touched
        if octetsLimit != nil, counters.messageOctets != countersAtStart.messageOctets { noteUse(of: .octets) }
        if touched.renewed.contains(.mailbox) { noteUse(of: .mailboxes) }
        if touched.renewed.contains(.maildrop) { noteUse(of: .maildrops) }
        if touched.renewed.contains(.identity) { noteUse(of: .identities) }
        if touched.changed.contains(.emailSubmission) { noteUse(of: .submissions) }
    }

    private func noteUse(of kind: Quota.Kind) { note(.counts, .quota, kind.rawValue) }

    /// Whether clients are told at once that quotas have changed: octets are told when they come into another hundredth
    /// of their limit (docs/decisions/0047), everything else always.
    var isQuotaWorthTelling: Bool {
        guard let octetsLimit, noted(.quota) == [Quota.Kind.octets.rawValue: .counts] else { return true }
        return Quota.part(of: counters.messageOctets, limit: octetsLimit)
            != Quota.part(of: countersAtStart.messageOctets, limit: octetsLimit)
    }
}

extension AccountCore {
    /// For opening: a limit that is another one than clients were told of is a change of its quota.
    func settleOctetsLimit() async throws {
        let limit = options.limits.account.octets
        let known = try await read { reader -> Int64? in
            try reader.db.first("SELECT octetsLimit FROM meta WHERE id = 1") { $0.optionalInt(0) } ?? nil
        }
        guard known != limit.map(Int64.init) else { return }
        try await write(lane: .device) { writer in
            let kind: ChangeKind = known == nil ? .created : limit == nil ? .destroyed : .updated
            try writer.db.run("UPDATE meta SET octetsLimit = ? WHERE id = 1", .int(limit.map(Int64.init)))
            try writer.note(kind, .quota, Quota.Kind.octets.rawValue)
        }
    }
}
