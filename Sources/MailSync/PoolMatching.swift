import MailModel
import MailStore
import POP3

/// Matches messages under unknown unique-ids with stored ones that no listed unique-id stands for.
///
/// Stretches of sizes in unchanged order are taken as they are once a sample of them has been looked at; every message
/// besides whose size fits one that is stored is looked at alone. When many are unknown and sizes say nothing, a sample
/// decides whether looking at all is worth while. Each stored message is given away once.
struct PoolMatching {
    private(set) var adoptions: [Recognition.Adoption] = []

    private let unknown: [ListedMessage]
    private let pool: [RememberedMessage]
    private let isMass: Bool
    private let isAnySize: Bool
    private var isTaken: [Bool]
    private var isSettled: [Bool]
    private var hasAskedWhetherTopLies = false

    /// - Parameters:
    ///   - isMass: many messages may have other unique-ids than before.
    ///   - isAnySize: they may have other sizes too.
    init(unknown: [ListedMessage], pool: [RememberedMessage], isMass: Bool, isAnySize: Bool) {
        self.unknown = unknown
        self.pool = pool
        self.isMass = isMass
        self.isAnySize = isAnySize
        isTaken = [Bool](repeating: false, count: pool.count)
        isSettled = [Bool](repeating: false, count: unknown.count)
    }

    mutating func run(_ probe: HeaderProbe) async throws(SyncFailure) {
        if isMass, unknown.count >= RunFinder.least { try await takeRuns(probe) }
        try await takeAlone(probe)
    }

    // MARK: Runs

    private mutating func takeRuns(_ probe: HeaderProbe) async throws(SyncFailure) {
        for run in RunFinder.runs(new: unknown.map(\.octets), old: pool.map(\.octets)) {
            let places = Recognition.spread(Array(0..<run.count), Self.samples(run.count))
            var verdicts = try await verdicts(run, places, probe)
            if !hasAskedWhetherTopLies, let place = places.first(where: { verdicts[$0] == .different }) {
                // Sizes say the same and TOP does not: the message itself decides which of them to believe.
                hasAskedWhetherTopLies = true
                let message = unknown[run.new + place]
                let whole = try await probe.look(at: [message], whole: true)[message.number]
                if whole?.verdict(on: pool[run.old + place]) == .same, !probe.isCostly {
                    probe.distrustTop()
                    verdicts = try await self.verdicts(run, places, probe)
                }
            }
            take(run, places, verdicts)
        }
    }

    /// How many of a run are looked at.
    private static func samples(_ count: Int) -> Int {
        max(4, min(100, Int(Double(count).squareRoot())))
    }

    private func verdicts(
        _ run: AlignedRun, _ places: [Int], _ probe: HeaderProbe
    ) async throws(SyncFailure) -> [Int: ProbedMessage.Verdict] {
        let probed = try await probe.look(at: places.map { unknown[run.new + $0] })
        var verdicts: [Int: ProbedMessage.Verdict] = [:]
        for place in places {
            let message = unknown[run.new + place]
            guard let seen = probed[message.number] else { continue }
            var verdict = seen.verdict(on: pool[run.old + place])
            if verdict == .unclear {
                let whole = try await probe.look(at: [message], whole: true)[message.number]
                verdict = whole?.verdict(on: pool[run.old + place]) ?? .unclear
            }
            verdicts[place] = verdict
        }
        return verdicts
    }

    /// What lies between two places that are right is taken, unchecked.
    private mutating func take(_ run: AlignedRun, _ places: [Int], _ verdicts: [Int: ProbedMessage.Verdict]) {
        for (one, other) in zip(places, places.dropFirst()) where verdicts[one] == .same && verdicts[other] == .same {
            for place in one...other {
                take(run.new + place, run.old + place, isUnchecked: place != one && place != other)
            }
        }
    }

    private mutating func take(_ new: Int, _ old: Int, isUnchecked: Bool) {
        guard !isSettled[new], !isTaken[old] else { return }
        isSettled[new] = true
        isTaken[old] = true
        adoptions.append(.init(message: unknown[new], email: pool[old].email, isUnchecked: isUnchecked))
    }

    // MARK: One by one

    private mutating func takeAlone(_ probe: HeaderProbe) async throws(SyncFailure) {
        var candidates = Candidates(pool, isTaken)
        let rest = unknown.indices.filter { !isSettled[$0] }
        let likely = rest.filter { candidates.hasSize(unknown[$0].octets) }
        var matches = try await look(at: likely, probe, &candidates)
        guard isMass else { return }
        let others = rest.filter { !candidates.hadSize(unknown[$0].octets) }
        let sample = Recognition.spread(others)
        matches = try await look(at: sample, probe, &candidates)
        guard matches > 0, sample.count < others.count else { return }
        let looked = Set(sample)
        _ = try await look(at: others.filter { !looked.contains($0) }, probe, &candidates)
    }

    /// Returns how many turned out to be stored.
    private mutating func look(
        at places: [Int], _ probe: HeaderProbe, _ candidates: inout Candidates
    ) async throws(SyncFailure) -> Int {
        guard !places.isEmpty else { return 0 }
        let before = adoptions.count
        let probed = try await probe.look(at: places.map { unknown[$0] })
        var unclear: [Int] = []
        for place in places {
            guard let seen = probed[unknown[place].number] else { continue }
            if let old = candidates.take(seen, listed: unknown[place].octets, isAnySize: isAnySize) {
                take(place, old, isUnchecked: false)
            } else if seen.fields.mark == nil, seen.whole == nil, candidates.hasWeak(unknown[place].octets) {
                unclear.append(place)
            }
        }
        if !unclear.isEmpty {
            let whole = try await probe.look(at: unclear.map { unknown[$0] }, whole: true)
            for place in unclear {
                guard let seen = whole[unknown[place].number],
                    let old = candidates.take(seen, listed: unknown[place].octets, isAnySize: isAnySize)
                else { continue }
                take(place, old, isUnchecked: false)
            }
        }
        return adoptions.count - before
    }
}
