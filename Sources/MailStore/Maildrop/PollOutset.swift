package import MailModel

/// What a poll begins with, as far as it lies in the account: one read tells it all, whatever the account holds.
package struct PollOutset: Sendable {
    package var maildrop: Maildrop
    package var memory: ServerMemory
    /// The values at which a probe shows that nothing changed; nil when everything must be listed.
    package var probe: ListingProbe?
    /// Something is to be done for which the maildrop must be listed, whatever a probe says: a parked message's time has
    /// come, there is room for one that was held back, a deletion is open or due, a message is to be looked at, or one
    /// vanished.
    package var needsListing: Bool
    /// How many sessions in a row broke off while headers were asked for, and when the last did; nil: none.
    package var topFailures: (count: Int, last: Timestamp)?
    /// When its mail comes, as far as that was learned.
    package var rhythm = Rhythm()
}

extension AccountReader {
    /// Nil when there is no such maildrop.
    package func pollOutset(of id: MaildropID, now: Timestamp) throws -> PollOutset? {
        guard let maildrop = try maildrop(id) else { return nil }
        let (memory, probe) = (try serverMemory(of: id), try listingProbe(of: id))
        let found = try db.first(
            """
            SELECT topFailures, topFailedAt,
                EXISTS (SELECT 1 FROM maildropMessage m INDEXED BY maildropMessageNotStored
                    WHERE m.record = r.id AND m.numbering = r.numbering AND m.state IN (2, 3)
                    AND m.state = 3 AND m.retryAt <= ?1)
                OR EXISTS (SELECT 1 FROM maildropMessage m INDEXED BY maildropMessageNotStored
                    WHERE m.record = r.id AND m.numbering = r.numbering AND m.state IN (2, 3)
                    AND m.state = 2 AND m.reason = ?3 AND max(m.octets, ifnull(m.size, 0)) <= ?4)
                OR EXISTS (SELECT 1 FROM maildropDeletion m INDEXED BY maildropDeletionOpen
                    WHERE m.record = r.id AND m.numbering = r.numbering AND m.state < 4)
                OR EXISTS (SELECT 1 FROM maildropMessage m INDEXED BY maildropMessageUnchecked
                    WHERE m.record = r.id AND m.numbering = r.numbering AND m.isUnchecked = 1
                    AND m.absentSince IS NULL)
                OR EXISTS (SELECT 1 FROM maildropMessage m INDEXED BY maildropMessageVanishing
                    WHERE m.record = r.id AND m.numbering = r.numbering AND m.isVanishing = 1)
            FROM maildrop JOIN maildropRecord r ON r.id = maildrop.record WHERE maildrop.id = ?2
            """, .int(now.milliseconds), .int(id.rawValue), .text(UnstoredMessage.noRoom),
            .int(try octetsLeft() ?? Int.max)
        ) { row in
            PollOutset(
                maildrop: maildrop, memory: memory, probe: probe, needsListing: row.int(2) != 0,
                topFailures: row.int(0) > 0
                    ? (Int(row.int(0)), Timestamp(milliseconds: row.int(1))) : nil)
        }
        guard var outset = found else { return nil }
        outset.rhythm = try rhythm(of: id)
        if !outset.needsListing { outset.needsListing = try isDeletionDue(of: maildrop, now: now) }
        return outset
    }
}
