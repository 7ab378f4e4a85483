import MailModel
import POP3
import Testing

@testable import MailSync

@Suite struct LoginDelayTests {
    @Test(arguments: [0, 300, 86_400, 86_401, 9_999_999_999_999_999, 999_999_999_999_999_999])
    func noneIsKeptForLongerThanADay(seconds: Int) throws {
        var capabilities = Capabilities()
        #expect(LoginDelay(capabilities) == nil)
        capabilities.loginDelay = .init(seconds: seconds)
        let delay = try #require(LoginDelay(capabilities))
        #expect(delay.kept == .seconds(min(seconds, 86_400)))
        #expect((delay.notice(interval: .seconds(300)) == nil) == (seconds <= 300))
        let text = delay.notice(interval: .zero).map { "\($0)" } ?? ""
        #expect(text.contains("too much") == (seconds > 86_400))
        // Nor does anything that reckons with it overflow.
        let floors = PaceFloors(signedInAt: Timestamp(seconds: 1_700_000_000), loginDelay: delay.announced)
        #expect(floors.earliest().map { $0.at <= Timestamp(seconds: 1_700_086_401) } ?? (seconds == 0))
    }
}
