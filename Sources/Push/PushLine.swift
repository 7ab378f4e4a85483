import JMAP
import MailModel
import MailStore

/// What one verified subscription is to be told, and when: the states that have changed, gathered until the next push is
/// due.
struct PushLine: Sendable {
    /// What one push tells.
    struct Message: Hashable, Sendable {
        let states: [DataType: StateToken]
        let whole: PushState
        let isNewMail: Bool
    }

    let id: PushSubscriptionID
    let principal: Principal
    private var types: Set<DataType>
    private var current: PushState
    /// What the client was told last; nil when nobody knows.
    private var told: PushState?
    /// Types that were told of, and when. A push replaces the one before that its client has not received yet (RFC 8030
    /// §5.4), so it names these again as long as that may still lie there.
    private var recent: [DataType: Timestamp] = [:]
    private var changedAt: Timestamp?
    private var notBefore: Timestamp?
    private var slowness = 0
    private var failures = 0
    private var failingSince: Timestamp?

    init(_ target: PushTarget, current: PushState, now: Timestamp) {
        id = target.id
        principal = target.principal
        types = Self.types(target.types)
        self.current = current
        told = target.told.flatMap { PushState(eventID: $0) }
        // States that live in memory begin anew with the process: that is no news.
        told?.merge(AccountChange(account: current.account, states: current.states.filter { $0.key.isVolatile }))
        // What lies at the push service from before the start is not known: all of it is named once more.
        recent = Dictionary(uniqueKeysWithValues: types.map { ($0, now) })
        if isBehind { changedAt = now }
    }

    /// Names of types that we do not know are types that never change.
    private static func types(_ names: [String]?) -> Set<DataType> {
        names.map { Set($0.compactMap(DataType.init(rawValue:))) } ?? Set(DataType.allCases)
    }

    /// The client has changed what it wants to hear of.
    mutating func update(_ target: PushTarget, now: Timestamp) {
        types = Self.types(target.types)
        noteChange(at: now)
    }

    /// A commit has changed states.
    mutating func changed(_ change: AccountChange, at now: Timestamp) {
        current.merge(change)
        noteChange(at: now)
    }

    private mutating func noteChange(at now: Timestamp) {
        changedAt = isBehind ? changedAt ?? now : nil
    }

    private var news: [DataType: StateToken] {
        current.changes(since: told ?? PushState(account: current.account, states: [:]), among: types)
    }

    private var isBehind: Bool { !news.isEmpty }

    /// When the next push is due; nil when there is nothing to tell.
    func due(_ options: PushOptions) -> Timestamp? {
        changedAt.map { max($0.adding(options.settle), notBefore ?? $0) }
    }

    /// What is to be told now.
    func message(at now: Timestamp, _ options: PushOptions) -> Message {
        let news = news
        let lying = recent.filter { now.since($0.value) < options.life && types.contains($0.key) }
        return Message(
            states: current.states.filter { news[$0.key] != nil || lying[$0.key] != nil }, whole: current,
            isNewMail: news[.emailDelivery] != nil)
    }

    /// What a push of `message` came to.
    /// - Returns: false when the subscription is to be removed.
    mutating func ended(_ message: Message, _ outcome: PushOutcome, at now: Timestamp, _ options: PushOptions) -> Bool {
        switch outcome {
        case .delivered:
            for type in message.states.keys { recent[type] = now }
            told = message.whole
            (failures, failingSince) = (0, nil)
            slowness = max(0, slowness - 1)
            notBefore = now.adding(options.interval(slowness: slowness))
            changedAt = isBehind ? now : nil
        case .tooMany(let after):
            slowness = min(slowness + 1, 30)
            wait(max(after ?? .zero, options.interval(slowness: slowness)), at: now)
        case .failed(let after, _):
            failures = min(failures + 1, 1_000)
            wait(max(after ?? .zero, options.pause(after: failures)), at: now)
        case .gone, .ended: return false
        }
        return failingSince.map { now.since($0) < options.giveUpAfter } ?? true
    }

    private mutating func wait(_ pause: Duration, at now: Timestamp) {
        failingSince = failingSince ?? now
        notBefore = now.adding(pause)
    }
}
