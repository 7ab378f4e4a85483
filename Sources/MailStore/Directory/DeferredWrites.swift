import GRDB
import MailModel
import Synchronization

/// What restante.db should know but nobody waits for: when a device or a browser was last seen, how far an account has
/// come, when a maildrop is due. Kept in memory and written together, at most once a minute and when the store closes. What an idle
/// poll notes waits for another write, or an hour: such a poll costs none of its own.
///
/// Losing it costs nothing but freshness: the high-water mark only ever lags behind.
final class DeferredWrites: Sendable {
    struct Values: Sendable {
        var lastSeen: [Principal.Credential: Timestamp] = [:]
        /// What was pushed last to a push subscription.
        var told: [PushSubscriptionID: String] = [:]
        var marks: [AccountID: HighWater] = [:]
        var due: [AccountID: [MaildropID: Timestamp]] = [:]
        var stale: Set<AccountID> = []

        var isEmpty: Bool { lastSeen.isEmpty && told.isEmpty && marks.isEmpty && due.isEmpty && stale.isEmpty }
    }

    private struct State {
        var values = Values()
        var writtenAt: Timestamp
        var seen: [Principal.Credential: Timestamp] = [:]
    }

    static let interval: Duration = .seconds(60)
    static let longestWait: Duration = .seconds(3600)

    private let state: Mutex<State>

    init(now: Timestamp) { state = Mutex(State(writtenAt: now)) }

    /// Notes a value, and returns all of them when it is time to write.
    func note(at now: Timestamp, _ change: (inout Values) -> Void) -> Values? {
        note(at: now, waiting: Self.interval, change)
    }

    /// The same for what need not be written for its own sake.
    func noteLazily(at now: Timestamp, _ change: (inout Values) -> Void) -> Values? {
        note(at: now, waiting: Self.longestWait, change)
    }

    private func note(at now: Timestamp, waiting: Duration, _ change: (inout Values) -> Void) -> Values? {
        state.withLock { state in
            change(&state.values)
            guard now.since(state.writtenAt) >= waiting || now < state.writtenAt else { return nil }
            return Self.take(&state, now)
        }
    }

    /// The same for a device or session that signed in, at most once a minute for each.
    func noteSeen(_ credential: Principal.Credential, at now: Timestamp) -> Values? {
        let isFresh = state.withLock { state in
            if let last = state.seen[credential], last <= now, now.since(last) < Self.interval { return false }
            state.seen[credential] = now
            return true
        }
        return isFresh ? note(at: now) { $0.lastSeen[credential] = now } : nil
    }

    /// When the credential was shown last, if that is not written yet.
    func lastSeen(_ credential: Principal.Credential) -> Timestamp? { state.withLock { $0.seen[credential] } }

    func forget(_ credential: Principal.Credential) {
        state.withLock { state in
            state.seen[credential] = nil
            state.values.lastSeen[credential] = nil
        }
    }

    /// What was pushed last to a push subscription, if that is not written yet.
    func told(_ id: PushSubscriptionID) -> String? { state.withLock { $0.values.told[id] } }

    /// Accounts whose hints are stale, as far as that is not written yet.
    var staleAccounts: Set<AccountID> { state.withLock { $0.values.stale } }

    func forget(_ account: AccountID) {
        state.withLock { state in
            state.values.marks[account] = nil
            state.values.due[account] = nil
            state.values.stale.remove(account)
        }
    }

    func takeAll(at now: Timestamp) -> Values { state.withLock { Self.take(&$0, now) } }

    private static func take(_ state: inout State, _ now: Timestamp) -> Values {
        state.writtenAt = now
        defer { state.values = Values() }
        return state.values
    }
}

extension DeferredWrites.Values {
    /// Writes everything in one transaction. Rows that are gone meanwhile stay gone.
    func write(to database: Database) throws {
        for (credential, time) in lastSeen { try Self.write(lastSeen: time, of: credential, to: database) }
        for (id, told) in told {
            try database.run("UPDATE pushSubscription SET told = ? WHERE id = ?", .text(told), .int(id.rawValue))
        }
        for (account, mark) in marks {
            try database.execute(
                sql: "UPDATE account SET modseq = ? WHERE id = ? AND epoch = ? AND modseq < ?",
                arguments: [
                    mark.modseq.rawValue, account.rawValue, Int64(mark.epoch.rawValue), mark.modseq.rawValue,
                ])
        }
        for account in stale { try Self.markHints(account, stale: true, in: database) }
        for (account, maildrops) in due {
            try Self.write(maildrops, of: account, to: database)
            if !stale.contains(account) { try Self.markHints(account, stale: false, in: database) }
        }
    }

    private static func write(
        lastSeen time: Timestamp, of credential: Principal.Credential, to database: Database
    ) throws {
        switch credential {
        case .device(let id):
            try database.run(
                "UPDATE device SET lastSeenAt = ? WHERE id = ?", .int(time.milliseconds), .int(id.rawValue))
        case .session(let id):
            try database.run(
                "UPDATE session SET lastSeenAt = ? WHERE id = ?", .int(time.milliseconds), .int(id.rawValue))
        case .commandLine: break
        }
    }

    private static func write(
        _ maildrops: [MaildropID: Timestamp], of account: AccountID, to database: Database
    ) throws {
        try database.execute(sql: "DELETE FROM maildropDue WHERE account = ?", arguments: [account.rawValue])
        for (maildrop, time) in maildrops {
            try database.execute(
                sql: "INSERT INTO maildropDue SELECT id, ?, ? FROM account WHERE id = ?",
                arguments: [maildrop.rawValue, time.milliseconds, account.rawValue])
        }
    }

    static func markHints(_ account: AccountID, stale: Bool, in database: Database) throws {
        try database.execute(
            sql: "UPDATE account SET hintsStale = ? WHERE id = ?", arguments: [stale, account.rawValue])
    }
}
