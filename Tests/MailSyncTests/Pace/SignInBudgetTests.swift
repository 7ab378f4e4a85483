import MailModel
import TestSupport
import Testing

@testable import MailSync

@Suite struct SignInBudgetTests {
    private let start = Timestamp(seconds: 1_000_000)

    @Test func aQuarterMayComeAtOnceAndTheRestIsSpread() {
        var budget = SignInBudget(.init(signIns: 60, window: .seconds(3600)))
        let taken = (0..<20).count { _ in budget.take(at: start) == nil }
        #expect(taken == 15)
        let next = budget.take(at: start)
        // 46 more tokens within the hour.
        #expect(next.map { (78_000...78_300).contains($0.milliseconds - start.milliseconds) } == true)
        #expect(budget.take(at: next ?? start) == nil)
    }

    /// However sign-ins are asked for, no window of the rule's length sees more than it allows.
    @Test(arguments: 0..<60) func noWindowEverSeesMore(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let signIns = Int.random(in: 1...40, using: &random)
        let window = Duration.milliseconds(Int.random(in: 500...100_000, using: &random))
        var budget = SignInBudget(.init(signIns: signIns, window: window))
        var now = start
        var taken: [Timestamp] = []
        for _ in 0..<2000 {
            if let until = budget.take(at: now) {
                #expect(until > now)
                // Some wait until they may, some ask again before.
                now = Bool.random(using: &random) ? until : now.adding(.milliseconds(1))
            } else {
                taken.append(now)
                if Int.random(in: 0..<20, using: &random) == 0 {
                    now = now.adding(window * Double.random(in: 0...2, using: &random))
                }
            }
        }
        #expect(taken.count > signIns)
        for (first, time) in taken.enumerated() where first + signIns < taken.count {
            #expect(taken[first + signIns].since(time) >= window)
        }
    }

    @Test func aHostThatHadEnoughGetsHalfAsManyUntilADayHasPassed() {
        var budget = SignInBudget(.init(signIns: 61, window: .seconds(60)))
        budget.refused(at: start)
        let first = budget.take(at: start)
        #expect(first.map { $0.since(start) > .seconds(2) } == true)
        budget.refused(at: start)
        #expect(budget.caution == 4)
        for _ in 0..<20 { budget.refused(at: start) }
        #expect(budget.caution == SignInBudget.mostCaution)
        _ = budget.hasToken(at: start.adding(seconds: 86_400))
        #expect(budget.caution == SignInBudget.mostCaution / 2)
    }

    @Test func aClockThatIsSetBackMakesNoSignIns() {
        var budget = SignInBudget(.init(signIns: 4, window: .seconds(60)))
        #expect(budget.take(at: start) == nil)
        for _ in 0..<5 {
            #expect(budget.take(at: start.adding(seconds: -3600)) != nil)
            #expect(budget.take(at: start) != nil)
        }
    }

    @Test func thisMachinesServersHaveNoneUnlessARuleNamesThem() {
        var rules = HostRules(
            signIns: 10, window: .seconds(60),
            rules: [
                HostRule(pattern: "*.Example.NET", pause: .seconds(300)),
                HostRule(pattern: "pop.example.org", signIns: 3, window: .seconds(3600)),
            ])
        #expect(rules.budget(of: "localhost") == nil)
        #expect(rules.budget(of: "127.0.0.1") == nil)
        #expect(rules.budget(of: "127.0.0.1.example.com")?.signIns == 10)
        #expect(rules.budget(of: "pop.example.org") == .init(signIns: 3, window: .seconds(3600)))
        #expect(rules.budget(of: "pop.example.net")?.signIns == 10)
        #expect(rules.pause(of: "pop.example.net") == .seconds(300))
        #expect(rules.pause(of: "badexample.net") == .zero)
        #expect(rules.pause(of: "pop.example.org") == .zero)
        rules.rules.append(HostRule(pattern: "localhost", signIns: 1))
        #expect(rules.budget(of: "localhost") == .init(signIns: 1, window: .seconds(60)))
    }
}
