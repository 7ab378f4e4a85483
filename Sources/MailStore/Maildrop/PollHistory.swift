public import MailModel

/// How long the record of a poll is kept.
private let pollsAreKept: Duration = .seconds(30 * 86_400)

extension AccountReader {
    /// A maildrop's polls of the last 30 days as they are on disk, the newest first.
    public func polls(of maildrop: MaildropID, limit: Int) throws -> [PollRecord] {
        try db.all(
            """
            SELECT beganAt, endedAt, errorType, errorDescription, listed, fetched, octets, idlePolls FROM poll
            WHERE maildrop = ? ORDER BY endedAt DESC, id DESC LIMIT ?
            """, .int(maildrop.rawValue), .int(limit)
        ) { row in
            PollRecord(
                beganAt: Timestamp(milliseconds: row.int(0)), endedAt: Timestamp(milliseconds: row.int(1)),
                error: row.isNull(2) ? nil : (row.text(2), row.text(3)), listed: row.optionalInt(4).map { Int($0) },
                fetched: Int(row.int(5)), octets: Int(row.int(6)), idlePolls: Int(row.int(7)))
        }
    }

    /// When a maildrop was last polled, last well, and since when it fails, as far as the history goes back.
    public func pollSummary(of maildrop: MaildropID) throws -> PollSummary {
        guard let last = try polls(of: maildrop, limit: 1).first else { return PollSummary() }
        let success =
            try db.first(
                "SELECT max(endedAt) FROM poll WHERE maildrop = ? AND errorType IS NULL", .int(maildrop.rawValue)
            ) { $0.optionalInt(0) } ?? nil
        var summary = PollSummary(
            lastPollAt: last.endedAt, lastSuccessAt: success.map(Timestamp.init(milliseconds:)))
        if let error = last.error {
            let since =
                try db.first(
                    "SELECT min(endedAt) FROM poll WHERE maildrop = ? AND errorType IS NOT NULL AND endedAt > ?",
                    .int(maildrop.rawValue), .int(success ?? 0)
                ) { $0.optionalInt(0) } ?? nil
            summary.failure = .init(
                type: error.type, description: error.description,
                since: since.map(Timestamp.init(milliseconds:)) ?? last.endedAt)
        }
        return summary
    }
}

extension AccountWriter {
    /// Adds to a maildrop's history and drops what is older than 30 days. No state changes with it.
    package func addPoll(_ poll: PollRecord, of maildrop: MaildropID) throws {
        try db.run(
            """
            INSERT INTO poll (maildrop, beganAt, endedAt, errorType, errorDescription, listed, fetched, octets, idlePolls,
                cause)
            SELECT id, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM maildrop WHERE id = ?
            """, .int(poll.beganAt.milliseconds), .int(poll.endedAt.milliseconds), .text(poll.error?.type),
            .text(poll.error?.description), .int(poll.listed.map(Int64.init)), .int(poll.fetched), .int(poll.octets),
            .int(poll.idlePolls), .text(poll.cause?.rawValue), .int(maildrop.rawValue))
        try db.run(
            "DELETE FROM poll WHERE maildrop = ? AND endedAt < ?", .int(maildrop.rawValue),
            .int(poll.endedAt.adding(.zero - pollsAreKept).milliseconds))
    }
}

extension MailStore {
    /// Adds a poll to the history. One that found nothing is kept in memory and written with the next that did something,
    /// or when such polls have covered an hour: it costs no write of its own, and a stop loses at most that hour's count. What was
    /// learned of the maildrop's rhythm is written with a poll that fetched something.
    package func recordPoll(
        _ poll: PollRecord, rhythm: Rhythm? = nil, of maildrop: MaildropID, in account: AccountID
    ) async throws {
        var rows: [PollRecord] = []
        if poll.isIdle {
            guard let tally = idlePolls.add(poll, maildrop: maildrop, account: account) else { return }
            rows = [tally]
        } else {
            rows = [idlePolls.take(maildrop: maildrop, account: account), poll].compactMap { $0 }
        }
        let records = rows
        try await self.account(account).write { writer in
            for record in records { try writer.addPoll(record, of: maildrop) }
            if let rhythm { try writer.setRhythm(rhythm, of: maildrop) }
        }
    }

    /// A maildrop's polls, the newest first, with the idle ones that are not written yet.
    public func polls(
        of maildrop: MaildropID, in account: AccountID, for principal: Principal, limit: Int
    ) async throws -> [PollRecord] {
        let written = try await self.account(account, for: principal).read { try $0.polls(of: maildrop, limit: limit) }
        let tally = idlePolls.tally(maildrop: maildrop, account: account)
        return Array(([tally].compactMap { $0 } + written).prefix(limit))
    }
}
