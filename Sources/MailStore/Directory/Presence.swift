public import MailModel
import Synchronization

/// Which accounts have a device that is there now: one that keeps something open to hear of news, or that asked for
/// something a moment ago. Kept in memory.
final class Presence: Sendable {
    /// How long a device counts as there after a request.
    static let lasts: Duration = .seconds(300)

    private struct Account {
        var attendances = 0
        var seenAt: Timestamp?

        func isThere(at now: Timestamp) -> Bool {
            guard attendances == 0 else { return true }
            return seenAt.map { now.since($0) < Presence.lasts && $0 <= now } ?? false
        }
    }

    private let accounts = Mutex<[AccountID: Account]>([:])
    /// Accounts to which a device came when none was there.
    let arrivals = Broadcast<AccountID>()

    func isThere(_ account: AccountID, at now: Timestamp) -> Bool {
        accounts.withLock { $0[account]?.isThere(at: now) ?? false }
    }

    /// A device asked for something.
    func seen(_ account: AccountID, at now: Timestamp) {
        change(account, at: now) { $0.seenAt = now }
    }

    func enter(_ account: AccountID, at now: Timestamp) {
        change(account, at: now) { $0.attendances += 1 }
    }

    func leave(_ account: AccountID, at now: Timestamp) {
        change(account, at: now) { entry in
            entry.attendances -= 1
            entry.seenAt = now
        }
    }

    func forget(_ account: AccountID) { accounts.withLock { $0[account] = nil } }

    private func change(_ account: AccountID, at now: Timestamp, _ body: (inout Account) -> Void) {
        let hasCome = accounts.withLock { accounts in
            let wasThere = accounts[account]?.isThere(at: now) ?? false
            body(&accounts[account, default: Account()])
            return !wasThere
        }
        if hasCome { arrivals.send(account) }
    }
}

/// As long as it is held, a device of the account is there: an open event source, a session that waits for news.
public final class Attendance: Sendable {
    private let end: @Sendable () -> Void

    init(end: @escaping @Sendable () -> Void) { self.end = end }

    deinit { end() }
}

extension MailStore {
    /// Notes that a device keeps something open to hear of the account's news, until the result is released.
    public func attend(_ account: AccountID) -> Attendance {
        let (presence, clock) = (presence, options.clock)
        presence.enter(account, at: clock())
        return Attendance { presence.leave(account, at: clock()) }
    }

    /// Whether a device of the account's user is there: with something open, or within five minutes of a request.
    package func isAttended(_ account: AccountID) -> Bool { presence.isThere(account, at: options.clock()) }

    /// Accounts to which a device came when none was there.
    package func deviceArrivals() -> AsyncStream<AccountID> { presence.arrivals.listen() }
}
