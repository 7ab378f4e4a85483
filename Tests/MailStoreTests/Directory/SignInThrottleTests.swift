import MailModel
import Testing

@testable import MailStore

struct SignInThrottleTests {
    let start = Timestamp(seconds: 1_700_000_000)

    @Test func anAddressIsRefusedAtTheTenthFailureWithinAMinuteAndNotBefore() {
        var throttle = SignInThrottle()
        for second in 0..<9 {
            _ = throttle.failed(address: "192.0.2.1", user: "u\(second)", at: start.adding(seconds: Int64(second)))
        }
        #expect(throttle.verdict(address: "192.0.2.1", at: start.adding(seconds: 9)) == .allowed)
        _ = throttle.failed(address: "192.0.2.1", user: "x", at: start.adding(seconds: 9))
        #expect(
            throttle.verdict(address: "192.0.2.1", at: start.adding(seconds: 10))
                == .refused(retryAfter: .seconds(50)))
        #expect(throttle.verdict(address: "192.0.2.2", at: start.adding(seconds: 10)) == .allowed)
        #expect(throttle.verdict(address: "192.0.2.1", at: start.adding(seconds: 61)) == .allowed)
    }

    @Test func anAddressIsRefusedForTheDayAfterFiftyFailures() {
        var throttle = SignInThrottle()
        for minute in 0..<50 {
            _ = throttle.failed(address: "192.0.2.1", user: "x", at: start.adding(seconds: Int64(minute) * 60))
        }
        let noon = start.adding(seconds: 50 * 60)
        guard case .refused(let wait) = throttle.verdict(address: "192.0.2.1", at: noon) else {
            Issue.record("not refused")
            return
        }
        #expect(wait == .seconds(86_400 - 3000))
        #expect(throttle.verdict(address: "192.0.2.1", at: start.adding(seconds: 86_400)) == .allowed)
    }

    @Test func aClockThatIsSetBackShutsNobodyOut() {
        var throttle = SignInThrottle()
        for _ in 0..<60 { _ = throttle.failed(address: "192.0.2.1", user: "x", at: start) }
        let yesterday = start.adding(seconds: -86_400)
        #expect(throttle.verdict(address: "192.0.2.1", at: yesterday) == .allowed)
        // And counts anew.
        for _ in 0..<10 { _ = throttle.failed(address: "192.0.2.1", user: "x", at: yesterday) }
        #expect(throttle.verdict(address: "192.0.2.1", at: yesterday) == .refused(retryAfter: .seconds(60)))
    }

    @Test func aUsersDelayGrowsToFifteenSecondsAndEndsWithSuccess() {
        var throttle = SignInThrottle()
        let delays = (0..<7).map { throttle.failed(address: "192.0.2.\($0)", user: "ada", at: start) }
        #expect(delays == [.zero, .seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(15), .seconds(15)])
        #expect(throttle.failed(address: "192.0.2.9", user: "ben", at: start) == .zero)
        throttle.succeeded(user: "ada")
        #expect(throttle.failed(address: "192.0.2.9", user: "ada", at: start) == .zero)
    }

    @Test func aStreakEndsAfterAnHour() {
        var throttle = SignInThrottle()
        for _ in 0..<3 { _ = throttle.failed(address: "192.0.2.1", user: "ada", at: start) }
        #expect(throttle.failed(address: "192.0.2.1", user: "ada", at: start.adding(seconds: 3600)) == .zero)
    }

    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:0DB8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8::1", "2001:db8:0:0::/64"),
        ("::1", "0:0:0:0::/64"),
        ("fe80::1%eth0", "fe80:0:0:0::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
    ])
    func addressesCountByTheirNetwork(address: String, network: String) {
        #expect(SignInThrottle.network(address) == network)
    }

    @Test func memoryIsBoundedWhateverComes() {
        var throttle = SignInThrottle()
        for number in 0..<(SignInThrottle.capacity + 10) {
            _ = throttle.failed(
                address: "a\(number)", user: "u\(number)", at: start.adding(seconds: Int64(number / 100)))
        }
        for _ in 0..<10 { _ = throttle.failed(address: "late", user: "late", at: start.adding(seconds: 200)) }
        #expect(throttle.verdict(address: "late", at: start.adding(seconds: 200)) != .allowed)
    }
}
