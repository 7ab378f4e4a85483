import Testing

@testable import MailSync

@Suite struct PauseTests {
    private let pause = Pause(interval: .seconds(300), longestBackOff: .seconds(3600))
    private let broken = SyncFailure(.unreachable, "")

    @Test func afterSuccessItIsTheIntervalAndUpToATenthMore() {
        #expect(pause.next(after: nil, failures: 0, random: 0) == .seconds(300))
        #expect(pause.next(after: nil, failures: 0, random: 1) == .seconds(330))
    }

    @Test func failuresDoubleItUpToTheLongest() {
        let pauses = (1...8).map { pause.next(after: broken, failures: $0, random: 0) }
        #expect(pauses == [60, 120, 240, 480, 960, 1920, 3600, 3600].map { .seconds($0) })
        #expect(pause.next(after: broken, failures: 1_000_000, random: 0) == .seconds(3600))
    }

    @Test func aLongIntervalIsNeverShortenedAtTheEnd() {
        let rare = Pause(interval: .seconds(86_400), longestBackOff: .seconds(3600))
        #expect(rare.next(after: broken, failures: 1, random: 0) == .seconds(60))
        #expect(rare.next(after: broken, failures: 30, random: 0) == .seconds(86_400))
    }

    @Test(arguments: [
        (SyncFailure.Kind.authenticationFailed, 900, 21_600), (.certificateChanged, 900, 21_600), (.inUse, 60, 900),
        (.throttled, 300, 7200), (.loginDelay, 300, 3600), (.serverTemporary, 60, 3600),
        (.serverPermanent, 900, 21_600),
        (.protocolError, 60, 3600), (.storage, 60, 3600),
    ])
    func everyClassHasItsOwnPause(kind: SyncFailure.Kind, first: Int, longest: Int) {
        let failure = SyncFailure(kind, "")
        #expect(pause.next(after: failure, failures: 1, random: 0) == .seconds(first))
        #expect(pause.next(after: failure, failures: 100, random: 0) == .seconds(longest))
    }

    @Test func theServersLoginDelayIsKept() {
        let delayed = Pause(interval: .seconds(60), loginDelay: .seconds(300), longestBackOff: .seconds(3600))
        #expect(delayed.next(after: nil, failures: 0, random: 0) == .seconds(300))
        let parked = SyncFailure(.limitExceeded, "", retry: .soon)
        #expect(delayed.next(after: parked, failures: 1, random: 0) == .seconds(300))
        #expect(pause.next(after: parked, failures: 1, random: 0) == .seconds(5))
    }
}
