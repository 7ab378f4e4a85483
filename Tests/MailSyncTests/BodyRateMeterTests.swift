import Testing

@testable import MailSync

@Suite struct BodyRateMeterTests {
    @Test func theLimitIsKeptOverAMinuteOfWaiting() {
        var meter = BodyRateMeter(octetsPerSecond: 100)
        let verdicts = [(1, 59), (5_999, 1), (5_998, 59), (1, 1)].map { octets, seconds in
            meter.received(octets, after: .seconds(seconds))
        }
        #expect(verdicts == [true, true, true, false])
    }

    @Test func aFreshAnswerStartsAnew() {
        var meter = BodyRateMeter(octetsPerSecond: 100)
        let before = meter.received(0, after: .seconds(59))
        meter.reset()
        let after = meter.received(0, after: .seconds(59))
        #expect(before && after)
    }
}
