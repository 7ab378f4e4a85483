import MailModel
import MailStore

// What keeps the agenda right when the clock is not.
extension Agenda {
    /// No due time that an earlier process left behind is believed to lie further ahead: its clock may have been wrong.
    static let longestHint: Duration = .seconds(86_400)

    /// A maildrop whose due time an earlier process left behind, if that is to be believed.
    mutating func add(_ key: Key, dueAt: Timestamp, now: Timestamp) {
        add(key, dueAt: dueAt.since(now) > Self.longestHint ? now : dueAt)
    }

    /// When the clock was set back, all times move with it: whoever had some time to wait still has it, and no more.
    mutating func followClock(_ now: Timestamp) {
        defer { lastNow = now }
        guard let lastNow, now < lastNow else { return }
        let jump = now.since(lastNow)
        entries = entries.mapValues { entry in
            var moved = entry
            moved.dueAt = entry.dueAt.adding(jump)
            moved.heldUntil = nil
            moved.polledAt = entry.polledAt?.adding(jump)
            moved.floors.signedInAt = entry.floors.signedInAt?.adding(jump)
            return moved
        }
    }
}
