import MailModel
import MailStore
import TestSupport
import Testing

@testable import MailSync

@Suite struct PollPaceTests {
    private let pace = PollPace()
    /// Thursday 2026-11-19 12:00:00 UTC.
    private let now = Timestamp(seconds: 1_795_089_600)

    private func pause(_ history: PollPace.History, _ floors: PaceFloors = .init(), random: Double = 0) -> Duration {
        pace.next(after: history, floors, now: now, random: random).at.since(now)
    }

    private func failing(_ kind: SyncFailure.Kind, _ failures: Int = 1, interval: Duration? = nil) -> PollPace.History {
        var history = PollPace.History(interval: interval)
        history.failure = SyncFailure(kind, "")
        history.failures = failures
        return history
    }

    /// So many messages in each of the given hours of the day, every day for eight weeks.
    private func rhythm(_ messages: Int, atHours hours: [Int]) -> Rhythm {
        var rhythm = Rhythm()
        for day in (1...55).reversed() {
            for hour in hours {
                for part in 0..<messages {
                    let seconds = Int64(-day * 86_400 + (hour - 12) * 3600 + part * 3600 / messages)
                    rhythm.add(receivedAt: now.adding(seconds: seconds), now: now)
                }
            }
        }
        return rhythm
    }

    @Test func anIntervalThatSomebodySetIsKeptWithUpToATenthMore() {
        let history = PollPace.History(interval: .seconds(300))
        #expect(pause(history) == .seconds(300))
        #expect(pause(history, random: 1) == .seconds(330))
        var attended = history
        attended.isAttended = true
        attended.rhythm = rhythm(60, atHours: [11, 12, 13])
        #expect(pause(attended) == .seconds(300))
    }

    @Test func failuresDoubleThePauseUpToTheLongest() {
        let pauses = (1...8).map { pause(failing(.unreachable, $0)) }
        #expect(pauses == [60, 120, 240, 480, 960, 1920, 3600, 3600].map { .seconds($0) })
        #expect(pause(failing(.unreachable, 1_000_000)) == .seconds(3600))
    }

    @Test func aLongIntervalIsNeverShortenedAtTheEnd() {
        #expect(pause(failing(.unreachable, 1, interval: .seconds(86_400))) == .seconds(60))
        #expect(pause(failing(.unreachable, 30, interval: .seconds(86_400))) == .seconds(86_400))
    }

    @Test(arguments: [
        (SyncFailure.Kind.authenticationFailed, 900, 21_600), (.certificateChanged, 900, 21_600), (.inUse, 60, 900),
        (.throttled, 300, 7200), (.loginDelay, 300, 3600), (.serverTemporary, 60, 3600),
        (.serverPermanent, 900, 21_600), (.protocolError, 60, 3600), (.storage, 60, 3600),
    ])
    func everyClassOfFailureHasItsOwnPause(kind: SyncFailure.Kind, first: Int, longest: Int) {
        #expect(pause(failing(kind)) == .seconds(first))
        #expect(pause(failing(kind, 100)) == .seconds(longest))
    }

    @Test func theServersLoginDelayIsKeptWhateverHappened() {
        let floors = PaceFloors(signedInAt: now, loginDelay: .seconds(300))
        #expect(pause(PollPace.History(interval: .seconds(60)), floors) == .seconds(301))
        var parked = PollPace.History()
        parked.failure = SyncFailure(.limitExceeded, "", retry: .soon)
        #expect(pause(parked, floors) == .seconds(301))
        #expect(pause(parked) == .seconds(5))
        var more = PollPace.History()
        more.hasMore = true
        #expect(pause(more, floors) == .seconds(301))
        #expect(pause(more) == .zero)
    }

    @Test func theTimeSinceTheSignInCountsNotSinceTheEnd() {
        let floors = PaceFloors(signedInAt: now.adding(seconds: -250), loginDelay: .seconds(300))
        var more = PollPace.History()
        more.hasMore = true
        #expect(pause(more, floors) == .seconds(51))
    }

    @Test func theLongestFloorSaysWhy() {
        let floors = PaceFloors(
            signedInAt: now, loginDelay: .seconds(100), rest: .seconds(200), hostRule: .seconds(150))
        let next = pace.next(after: .init(interval: .seconds(60)), floors, now: now, random: 0)
        #expect(next == PollPace.Next(at: now.adding(seconds: 201), cause: .serverLimit))
        #expect(floors.earliestOnRequest() == PollPace.Next(at: now.adding(seconds: 151), cause: .hostRule))
    }

    @Test func noServerCanAskForMoreThanADay() {
        let floors = PaceFloors(signedInAt: now, loginDelay: .seconds(Int.max / 1000))
        #expect(pause(.init(), floors) == .seconds(86_401))
        var memory = ServerMemory()
        memory.accepted(loginDelay: .max, now: now)
        #expect(PaceFloors(memory, signedInAt: now, hostRule: .zero).loginDelay == .seconds(86_400))
    }

    @Test func aMaildropOfWhichNothingIsKnownIsPolledEveryTenMinutes() {
        #expect((540...660).contains(pause(.init()) / .seconds(1)))
    }

    @Test func moreMailMeansMorePolls() {
        let pauses = [1, 6, 30, 120].map { messages -> Double in
            var history = PollPace.History()
            history.rhythm = rhythm(messages, atHours: Array(0..<24))
            return pause(history) / .seconds(1)
        }
        #expect(pauses == pauses.sorted(by: >))
        // √(2 × 50 × 3600 ÷ messages an hour), within the bounds.
        #expect((500...700).contains(pauses[0]))
        #expect((220...300).contains(pauses[1]))
        #expect((60...70).contains(pauses[3]))
    }

    @Test func theHoursInWhichMailComesAreLearnt() {
        var history = PollPace.History()
        history.rhythm = rhythm(12, atHours: [8, 9, 10, 11, 12, 13])
        let atNoon = pause(history)
        let atNight = pace.next(after: history, .init(), now: now.adding(seconds: 10 * 3600), random: 0).at
            .since(now.adding(seconds: 10 * 3600))
        #expect(atNoon * 2 < atNight)
    }

    @Test func aPauseThatBeginsAtNightEndsEarlyWhenTheMorningBringsMail() {
        var patient = pace
        patient.maximum = .seconds(86_400)
        var history = PollPace.History()
        history.rhythm = rhythm(60, atHours: [8, 9, 10])
        let night = now.adding(seconds: 17 * 3600 + 1800)
        let next = patient.next(after: history, .init(), now: night, random: 0).at
        #expect(next < now.adding(seconds: 20 * 3600 + 3600))
    }

    @Test func mailThatJustCameMakesMoreOfItLikely() {
        var history = PollPace.History()
        let quiet = pause(history)
        history.lastNews = (now, 3)
        let lively = pause(history)
        #expect(lively < quiet)
        history.lastNews = (now.adding(seconds: -7200), 3)
        #expect(quiet - pause(history) < .seconds(5))
    }

    @Test func aDeviceThatIsThereMakesItFasterAndIsNamed() {
        var history = PollPace.History()
        let alone = pace.next(after: history, .init(), now: now, random: 0)
        history.isAttended = true
        let attended = pace.next(after: history, .init(), now: now, random: 0)
        #expect(alone.cause == .rhythm)
        #expect(attended.cause == .device)
        #expect(attended.at.since(now) * 2 < alone.at.since(now))
        #expect(attended.at.since(now) >= pace.minimum)
    }

    /// Whatever was seen: never before a floor, never outside the bounds.
    @Test(arguments: 0..<200) func everyPauseKeepsItsBounds(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var pace = PollPace()
        pace.minimum = .seconds(Int.random(in: 1...600, using: &random))
        pace.maximum = pace.minimum + .seconds(Int.random(in: 0...7200, using: &random))
        var history = PollPace.History()
        for _ in 0..<Int.random(in: 0...300, using: &random) {
            let age = Int64.random(in: -100...5_000_000, using: &random)
            history.rhythm.add(receivedAt: now.adding(seconds: -age), now: now)
        }
        if Bool.random(using: &random) {
            history.lastNews = (now.adding(seconds: .random(in: -5000...5000, using: &random)), 5)
        }
        history.isAttended = Bool.random(using: &random)
        let floors = PaceFloors(
            signedInAt: now.adding(seconds: -Int64.random(in: 0...600, using: &random)),
            loginDelay: .seconds(Int.random(in: 0...900, using: &random)),
            rest: .seconds(Int.random(in: 0...900, using: &random)))
        let next = pace.next(after: history, floors, now: now, random: .random(in: 0..<1, using: &random))
        let floor = floors.earliest()?.at ?? now
        #expect(next.at >= floor)
        #expect(next.at.since(now) >= pace.minimum)
        let longest = max(pace.maximum, pace.minimum * (1 + PollPace.jitter))
        #expect(next.at <= max(now.adding(longest), floor.adding(.seconds(1))))
    }
}
