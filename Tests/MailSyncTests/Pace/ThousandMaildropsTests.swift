import MailModel
import MailStore
import TestSupport
import Testing

@testable import MailSync

/// An hour of 1,000 maildrops at four hosts, on a clock that jumps from one event to the next.
@Suite struct ThousandMaildropsTests {
    private static let start = Timestamp(seconds: 1_795_089_600)
    private static let hosts = ["pop.one.example", "pop.two.example", "pop.three.example", "localhost"]
    private static let rule = HostRules(
        signIns: 120, window: .seconds(60),
        rules: [HostRule(pattern: "pop.two.example", signIns: 600, window: .seconds(3600))])
    private static let concurrency = 8

    private struct World {
        var random = SeededRandom(seed: 7)
        var agenda = Agenda()
        let budgets = HostBudgets(ThousandMaildropsTests.rule)
        var maildrops: [Agenda.Key: Maildrop] = [:]
        var running: [(key: Agenda.Key, end: Timestamp)] = []
        var polls: [Agenda.Key: [Timestamp]] = [:]
        var signIns: [String: [Timestamp]] = [:]
        var now = ThousandMaildropsTests.start

        init() {
            for number in 0..<1000 {
                let host = ThousandMaildropsTests.hosts[number % 4]
                let account = AccountID(rawValue: Int64(number / 10 + 1))
                let maildrop = Maildrop(
                    id: MaildropID(rawValue: Int64(number)),
                    settings: MaildropSettings(
                        name: "\(number)", host: host, username: "u\(number)", mailbox: MailboxID(rawValue: 1)),
                    hasPassword: true, createdAt: now)
                let key = Agenda.Key(account: account, maildrop: maildrop.id)
                maildrops[key] = maildrop
                // All have been due for long: the daemon was away.
                agenda.add(key, dueAt: now.adding(seconds: -86_400))
            }
            var chance = random
            agenda.spread(ThousandMaildropsTests.concurrency, now: now) { Double.random(in: 0..<1, using: &chance) }
        }

        mutating func run(until end: Timestamp) {
            while now < end {
                start()
                let ends = running.map(\.end).min()
                guard
                    let next = [running.count < ThousandMaildropsTests.concurrency ? agenda.nextDue : nil, ends]
                        .compactMap({ $0 }).min()
                else { return }
                now = max(next, now.adding(.milliseconds(1)))
                for poll in running where poll.end <= now { finish(poll.key) }
                running.removeAll { $0.end <= now }
            }
        }

        private mutating func start() {
            let (now, budgets) = (now, budgets)
            let started = agenda.start(ThousandMaildropsTests.concurrency - running.count, now: now) {
                budgets.take($0, at: now)
            }
            for (key, isAdmitted, _) in started.polls {
                guard let maildrop = maildrops[key] else { continue }
                let host = maildrop.settings.host
                if !isAdmitted, let until = budgets.take(host, at: now) {
                    _ = agenda.postpone(key, maildrop, until: until, now: now)
                    continue
                }
                signIns[host, default: []].append(now)
                polls[key, default: []].append(now)
                running.append((key, now.adding(.milliseconds(Int.random(in: 20...400, using: &random)))))
            }
        }

        private mutating func finish(_ key: Agenda.Key) {
            guard let maildrop = maildrops[key] else { return }
            var result = MaildropPoller.Result(maildrop: maildrop, record: PollRecord(beganAt: now, endedAt: now))
            result.floors.signedInAt = now
            _ = agenda.finish(
                key, result, isAttended: key.account.rawValue % 7 == 0, now: now,
                random: Double.random(in: 0..<1, using: &random))
        }
    }

    @Test func allArePolledWithinTheirBoundsNoHostMoreThanItMayAndNotAllAtOnce() {
        var world = World()
        world.run(until: Self.start.adding(seconds: 3600))
        #expect(world.polls.count == 1000)
        for (key, times) in world.polls {
            let host = world.maildrops[key]?.settings.host
            let gaps = zip(times, times.dropFirst()).map { $1.since($0) }
            #expect(gaps.allSatisfy { $0 >= .seconds(60) })
            // 250 maildrops share 600 sign-ins an hour there: half an hour each, and what they wait for one another.
            let longest: Duration = host == "pop.two.example" ? .seconds(3600) : .seconds(1800 + 120)
            #expect(gaps.allSatisfy { $0 <= longest })
            #expect(times.count >= (host == "pop.two.example" ? 1 : 3))
        }
        for (host, times) in world.signIns {
            guard let rule = Self.rule.budget(of: host) else { continue }
            for (first, time) in times.enumerated() where first + rule.signIns < times.count {
                #expect(times[first + rule.signIns].since(time) >= rule.window)
            }
        }
        let seconds = Dictionary(grouping: world.signIns.values.joined(), by: \.seconds).mapValues(\.count)
        let mean = Double(seconds.values.reduce(0, +)) / 3600
        #expect(Double(seconds.values.max() ?? 0) < mean * 8 + 30)
    }
}
