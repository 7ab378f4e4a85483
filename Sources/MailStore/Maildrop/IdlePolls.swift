import MailModel
import Synchronization

/// Polls that found nothing, kept in memory: they are written together, with the next poll that did something or once an
/// hour, so that an idle poll costs no write. A stop loses at most that hour's count.
final class IdlePolls: Sendable {
    static let interval: Duration = .seconds(3600)

    private struct Key: Hashable {
        let account: AccountID
        let maildrop: MaildropID
    }

    private let tallies = Mutex<[Key: PollRecord]>([:])

    /// Adds an idle poll. Returns the tally when it has covered an hour and is to be written.
    func add(_ record: PollRecord, maildrop: MaildropID, account: AccountID) -> PollRecord? {
        let key = Key(account: account, maildrop: maildrop)
        return tallies.withLock { tallies in
            var tally = tallies[key] ?? record
            tally.endedAt = record.endedAt
            tally.listed = record.listed
            tally.idlePolls += 1
            tally.cause = nil
            let isDue = tally.endedAt.since(tally.beganAt) >= Self.interval || tally.endedAt < tally.beganAt
            tallies[key] = isDue ? nil : tally
            return isDue ? tally : nil
        }
    }

    func tally(maildrop: MaildropID, account: AccountID) -> PollRecord? {
        tallies.withLock { $0[Key(account: account, maildrop: maildrop)] }
    }

    func take(maildrop: MaildropID, account: AccountID) -> PollRecord? {
        tallies.withLock { $0.removeValue(forKey: Key(account: account, maildrop: maildrop)) }
    }
}
