public import MailModel

/// What the migration `poll cause` of mail.db does. Frozen.
enum PollCauseSchema {
    /// `PollCause` of a poll, as a word; NULL for rows that stand for several, and for those of earlier versions.
    static let sql = "ALTER TABLE poll ADD COLUMN cause TEXT;"
}

/// Where a poll stands in the history.
public struct PollPlace: Hashable, Sendable {
    public let endedAt: Timestamp
    public let number: Int64

    public init(endedAt: Timestamp, number: Int64) {
        self.endedAt = endedAt
        self.number = number
    }
}

/// What a maildrop's polls of one day came to.
public struct PollDay: Hashable, Sendable {
    /// Days since 1970 where the clock shows `offset` more than UTC.
    public let day: Int
    public var polls = 0
    public var failures = 0
    public var fetched = 0
    public var octets = 0
    /// The day's last.
    public var lastError: MaildropJob.Failure?

    init(day: Int) { self.day = day }
}

extension AccountReader {
    /// A maildrop's polls that are on disk, the newest first, after a place in that order.
    public func polls(
        of maildrop: MaildropID, after place: PollPlace?, limit: Int
    ) throws -> [(place: PollPlace, poll: PollRecord)] {
        try db.all(
            """
            SELECT id, beganAt, endedAt, errorType, errorDescription, listed, fetched, octets, idlePolls, cause FROM poll
            WHERE maildrop = ? AND (endedAt, id) < (?, ?) ORDER BY endedAt DESC, id DESC LIMIT ?
            """, .int(maildrop.rawValue), .int(place?.endedAt.milliseconds ?? .max), .int(place?.number ?? .max),
            .int(limit)
        ) { row in
            var record = PollRecord(
                beganAt: Timestamp(milliseconds: row.int(1)), endedAt: Timestamp(milliseconds: row.int(2)),
                error: row.isNull(3) ? nil : (row.text(3), row.text(4)), listed: row.optionalInt(5).map { Int($0) },
                fetched: Int(row.int(6)), octets: Int(row.int(7)), idlePolls: Int(row.int(8)))
            record.cause = row.optionalText(9).flatMap(PollCause.init(rawValue:))
            return (PollPlace(endedAt: record.endedAt, number: row.int(0)), record)
        }
    }

    /// What a maildrop's polls on disk came to, by the day on which they ended, the oldest first.
    ///
    /// - Parameters:
    ///   - offset: seconds by which the clock there is ahead of UTC.
    ///   - first: the first day.
    public func pollDays(of maildrop: MaildropID, offset: Int, from first: Int) throws -> [PollDay] {
        let shift = Int64(offset) * 1000
        return try db.all(
            """
            SELECT (endedAt + ?) / 86400000 AS day, sum(max(idlePolls, 1)), sum(errorType IS NOT NULL), sum(fetched),
                sum(octets), max(CASE WHEN errorType IS NOT NULL THEN endedAt END), errorType, errorDescription
            FROM poll WHERE maildrop = ? AND endedAt >= ? GROUP BY day ORDER BY day
            """, .int(shift), .int(maildrop.rawValue), .int(Int64(first) * 86_400_000 - shift)
        ) { row in
            var day = PollDay(day: Int(row.int(0)))
            day.polls = Int(row.int(1))
            day.failures = Int(row.int(2))
            day.fetched = Int(row.int(3))
            day.octets = Int(row.int(4))
            // With the one max, the columns beside it are those of its row.
            if !row.isNull(5) { day.lastError = .init(type: row.text(6), description: row.text(7)) }
            return day
        }
    }
}

extension MailStore {
    /// The same with the polls that found nothing and are not written yet.
    public func pollDays(
        of maildrop: MaildropID, in account: Account, offset: Int, from first: Int
    ) async throws -> [PollDay] {
        var days = try await account.read { try $0.pollDays(of: maildrop, offset: offset, from: first) }
        guard let tally = idlePolls.tally(maildrop: maildrop, account: account.id) else { return days }
        let today = Int((tally.endedAt.milliseconds + Int64(offset) * 1000) / 86_400_000)
        if today >= first {
            if days.last?.day != today { days.append(PollDay(day: today)) }
            days[days.count - 1].polls += max(tally.idlePolls, 1)
        }
        return days
    }

    /// The polls that found nothing and are not written yet, as the history will have them.
    public func idlePolls(of maildrop: MaildropID, in account: AccountID) -> PollRecord? {
        idlePolls.tally(maildrop: maildrop, account: account)
    }
}
