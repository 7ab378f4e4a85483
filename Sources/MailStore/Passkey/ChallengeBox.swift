import Crypto
import MailModel

/// Challenges that were given out, with what each is for: good once and for a while, and not more of them than there may
/// be, of one owner or altogether. Whoever asks for more loses their own oldest first.
struct ChallengeBox<Purpose: Sendable>: Sendable {
    private struct Entry {
        let purpose: Purpose
        let owner: String
        let madeAt: Timestamp
        let number: Int
    }

    static var life: Duration { .seconds(300) }

    let perOwner: Int
    let altogether: Int
    private var entries: [[UInt8]: Entry] = [:]
    private var given = 0

    init(perOwner: Int, altogether: Int) {
        self.perOwner = perOwner
        self.altogether = altogether
    }

    var count: Int { entries.count }

    /// Another one: 32 random octets.
    mutating func give(for purpose: Purpose, to owner: String, at now: Timestamp) -> [UInt8] {
        let challenge = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        entries = entries.filter { now.since($0.value.madeAt) < Self.life }
        dropOldest(past: perOwner) { $0.owner == owner }
        dropOldest(past: altogether) { _ in true }
        given &+= 1
        entries[challenge] = Entry(purpose: purpose, owner: owner, madeAt: now, number: given)
        return challenge
    }

    /// What a challenge was given for; nil when nobody gave it, or it was taken before, or is too old.
    mutating func take(_ challenge: [UInt8], at now: Timestamp) -> Purpose? {
        guard let entry = entries.removeValue(forKey: challenge), now.since(entry.madeAt) < Self.life else {
            return nil
        }
        return entry.purpose
    }

    mutating func forget(_ owner: String) { entries = entries.filter { $0.value.owner != owner } }

    /// Makes room for one more.
    private mutating func dropOldest(past bound: Int, _ isMeant: (Entry) -> Bool) {
        let meant = entries.filter { isMeant($0.value) }
        guard meant.count >= bound, let oldest = meant.min(by: { $0.value.number < $1.value.number }) else { return }
        entries[oldest.key] = nil
    }
}
