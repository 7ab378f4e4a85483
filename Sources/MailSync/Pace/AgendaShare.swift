import MailModel

extension Agenda {
    /// How many polls one account may have running, so that its slow servers stop nobody else's mail: half of the slots
    /// while others are due, and never the last one while there are others.
    struct Shares {
        private let slots: Int
        private let accounts: Int
        private var running: [AccountID: Int] = [:]
        private var due: Set<AccountID> = []

        fileprivate init(_ entries: [Key: Entry], slots: Int, now: Timestamp) {
            self.slots = slots
            accounts = Set(entries.keys.lazy.map(\.account)).count
            for (key, entry) in entries {
                if entry.isRunning {
                    running[key.account, default: 0] += 1
                } else if entry.startsAt <= now {
                    due.insert(key.account)
                }
            }
        }

        func hasRoom(for account: AccountID) -> Bool {
            let others = due.count - (due.contains(account) ? 1 : 0)
            let most = others > 0 ? slots - slots / 2 : accounts > 1 ? max(1, slots - 1) : slots
            return running[account, default: 0] < most
        }

        mutating func take(_ account: AccountID) { running[account, default: 0] += 1 }
    }

    /// As things are at `now`, with so many polls that may run at once.
    func shares(of slots: Int, now: Timestamp) -> Shares { Shares(entries, slots: slots, now: now) }

    /// When something is due that is not running and may run; nil when nothing is before a poll has ended.
    func nextDue(slots: Int, now: Timestamp) -> Timestamp? {
        let shares = shares(of: slots, now: now)
        return entries.lazy.filter { !$0.value.isRunning && shares.hasRoom(for: $0.key.account) }
            .map(\.value.startsAt).min()
    }
}
