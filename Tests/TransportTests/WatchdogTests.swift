import NIOCore
import Testing

@testable import Transport

@Suite struct WatchdogTests {
    private func at(_ seconds: Int64) -> NIODeadline { NIODeadline.uptimeNanoseconds(1) + .seconds(seconds) }

    @Test func oneTimerServesManyOperations() {
        let watchdog = Watchdog()
        #expect(watchdog.begin(.seconds(60), now: at(0)) == at(60))
        watchdog.end()
        #expect(watchdog.begin(.seconds(60), now: at(30)) == nil)
        #expect(watchdog.check(now: at(60)) == .lookAgain(at(90)))
        watchdog.end()
        #expect(watchdog.check(now: at(90)) == .rest)
    }

    @Test func anEarlierDeadlineSetsAnEarlierTimer() {
        let watchdog = Watchdog()
        #expect(watchdog.begin(.seconds(600), now: at(0)) == at(600))
        watchdog.end()
        #expect(watchdog.begin(.seconds(10), now: at(1)) == at(11))
    }

    @Test func whoOnlyWantsToKnowIsToldOfSilenceAndGoesOn() {
        let watchdog = Watchdog()
        _ = watchdog.begin(.seconds(5), endsConnection: false, now: at(0))
        #expect(watchdog.check(now: at(5)) == .silent)
        #expect(!watchdog.isExpired)
        #expect(watchdog.begin(.seconds(10), now: at(5)) == at(15))
        #expect(watchdog.check(now: at(15)) == .expired)
    }

    @Test func expiresAtTheDeadlineAndNotBefore() {
        let watchdog = Watchdog()
        _ = watchdog.begin(.seconds(10), now: at(0))
        #expect(watchdog.check(now: at(9)) == .lookAgain(at(10)))
        #expect(!watchdog.isExpired)
        #expect(watchdog.check(now: at(10)) == .expired)
        #expect(watchdog.isExpired)
    }
}
