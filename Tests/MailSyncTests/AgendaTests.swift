import MailModel
import Testing

@testable import MailStore
@testable import MailSync

@Suite struct AgendaTests {
    private let account = AccountID(rawValue: 1)
    private let now = Timestamp(seconds: 1_000)

    private func maildrop(_ number: Int64, host: String = "pop.example.org", interval: Duration? = .seconds(300))
        -> Maildrop
    {
        Maildrop(
            id: MaildropID(rawValue: number),
            settings: MaildropSettings(
                name: "m\(number)", host: host, username: "ada", mailbox: MailboxID(rawValue: 1),
                pollInterval: interval),
            hasPassword: true, createdAt: now)
    }

    private func key(_ number: Int64) -> Agenda.Key {
        Agenda.Key(account: account, maildrop: MaildropID(rawValue: number))
    }

    private func result(
        _ maildrop: Maildrop, failure: PollFailure.Kind? = nil, remaining: Int = 0, fetched: Int = 0,
        loginDelay: Int = 0
    ) -> MaildropPoller.Result {
        var result = MaildropPoller.Result(
            maildrop: maildrop, record: PollRecord(beganAt: now, endedAt: now, fetched: fetched))
        result.report.failure = failure.map { PollFailure($0, "") }
        result.report.remaining = remaining
        result.floors.signedInAt = failure == nil ? now : nil
        result.floors.loginDelay = .seconds(loginDelay)
        return result
    }

    /// An agenda whose only maildrop was just polled.
    private func polled(_ result: MaildropPoller.Result) -> (agenda: Agenda, next: PollPace.Next) {
        var agenda = Agenda()
        _ = agenda.update(account, [result.maildrop], now: now)
        _ = agenda.start(8, now: now)
        let next = agenda.finish(key(1), result, isAttended: false, now: now, random: 0).next
        return (agenda, next)
    }

    /// Asks for a poll and hands the request to `body`; what it is answered with.
    private func asking(_ body: (MaildropRequest) -> Void) async -> MaildropAnswer? {
        try? await Reply.await(orElse: "It was dropped.") { reply in
            let wish = MaildropWish(account: account, maildrop: MaildropID(rawValue: 1), kind: .poll)
            body(MaildropRequest(question: wish, reply: reply))
        }
    }

    @Test func newMaildropsAreDueAtOnce() {
        var agenda = Agenda()
        _ = agenda.update(account, [maildrop(1), maildrop(2)], now: now)
        let started = agenda.start(8, now: now).polls.map(\.key)
        #expect(Set(started) == [key(1), key(2)])
        let again = agenda.start(8, now: now).polls
        #expect(again.isEmpty)
        #expect(agenda.nextDue == nil)
    }

    @Test func noMoreStartThanThereIsRoomFor() {
        var agenda = Agenda()
        _ = agenda.update(account, (1...5).map { maildrop($0) }, now: now)
        let counts = [2, 0, 9].map { agenda.start($0, now: now).polls.count }
        #expect(counts == [2, 0, 3])
    }

    @Test func whatAnEarlierProcessLeftIsKept() {
        var agenda = Agenda()
        agenda.add(key(1), dueAt: now.adding(seconds: 60), now: now)
        _ = agenda.update(account, [maildrop(1)], now: now)
        let early = agenda.start(8, now: now).polls
        #expect(early.isEmpty)
        #expect(agenda.nextDue == now.adding(seconds: 60))
        let started = agenda.start(8, now: now.adding(seconds: 60)).polls.map(\.key)
        #expect(started == [key(1)])
    }

    @Test func whatIsDueAtAStartIsTakenApart() {
        var agenda = Agenda()
        for number in 1...1000 { agenda.add(key(Int64(number)), dueAt: now.adding(seconds: -5)) }
        var chance = 0.0
        agenda.spread(8, now: now) {
            chance += 0.001
            return chance
        }
        let started = agenda.start(1000, now: now.adding(seconds: 1)).polls.count
        #expect((1...30).contains(started))
        let rest = agenda.start(1000, now: now.adding(seconds: 61)).polls.count
        #expect(started + rest == 1000)
    }

    @Test func aHintThatIsMoreThanADayAheadIsNotBelieved() {
        var agenda = Agenda()
        agenda.add(key(1), dueAt: now.adding(Agenda.longestHint), now: now)
        agenda.add(key(2), dueAt: now.adding(Agenda.longestHint).adding(seconds: 1), now: now)
        let started = agenda.start(8, now: now).polls.map(\.key)
        #expect(started == [key(2)])
    }

    @Test func whoHasAPauseLeftWhenTheClockIsSetBackHasThatPauseLeft() {
        var (agenda, next) = polled(result(maildrop(1)))
        #expect(next.at == now.adding(seconds: 300))
        let yesterday = now.adding(seconds: -86_400)
        let early = agenda.start(8, now: yesterday).polls
        #expect(early.isEmpty)
        #expect(agenda.nextDue == yesterday.adding(seconds: 300))
        let due = agenda.start(8, now: yesterday.adding(seconds: 300)).polls.map(\.key)
        #expect(due == [key(1)])
    }

    @Test func changedSettingsAreTriedAtOnce() {
        var (agenda, next) = polled(result(maildrop(1)))
        #expect(next == PollPace.Next(at: now.adding(seconds: 300), cause: .interval))
        _ = agenda.update(account, [maildrop(1)], now: now)
        let same = agenda.start(8, now: now).polls
        #expect(same.isEmpty)
        _ = agenda.update(account, [maildrop(1, host: "mail.example.org")], now: now)
        let changed = agenda.start(8, now: now).polls.map(\.key)
        #expect(changed == [key(1)])
    }

    @Test func aFailingMaildropIsTriedAtOnceWhenAnythingOfItIsSet() {
        var (agenda, next) = polled(result(maildrop(1), failure: .unreachable))
        #expect(next == PollPace.Next(at: now.adding(seconds: 60), cause: .backOff))
        _ = agenda.update(account, [maildrop(1)], now: now)
        let started = agenda.start(8, now: now).polls.map(\.key)
        #expect(started == [key(1)])
        next =
            agenda.finish(key(1), result(maildrop(1), failure: .unreachable), isAttended: false, now: now, random: 0)
            .next
        // The count of failures began anew.
        #expect(next.at == now.adding(seconds: 60))
    }

    @Test func changedSettingsWaitForLoginDelayUnlessTheServerIsAnother() {
        for (host, due) in [("pop.example.org", 901), ("mail.example.org", 0)] {
            var (agenda, _) = polled(result(maildrop(1), loginDelay: 900))
            _ = agenda.update(account, [maildrop(1, host: host, interval: .seconds(600))], now: now)
            #expect(agenda.nextDue == now.adding(seconds: Int64(due)))
        }
    }

    @Test func removedMaildropsAreTold() {
        var agenda = Agenda()
        _ = agenda.update(account, [maildrop(1), maildrop(2)], now: now)
        let gone = agenda.update(account, [maildrop(2)], now: now)
        #expect(gone == [key(1)])
        #expect(agenda.due(of: account).keys.sorted() == [MaildropID(rawValue: 2)])
    }

    @Test func aRequestDuringAPollGetsAPollOfItsOwn() async {
        let answer = await asking { request in
            var agenda = Agenda()
            _ = agenda.update(account, [maildrop(1)], now: now)
            _ = agenda.start(8, now: now)
            #expect(agenda.request(request, now: now) == nil)
            let first = agenda.finish(key(1), result(maildrop(1)), isAttended: false, now: now, random: 0)
            #expect(first.requests.isEmpty)
            #expect(first.next == PollPace.Next(at: now, cause: .request))
            let started = agenda.start(8, now: now).polls.map(\.key)
            #expect(started == [key(1)])
            let second = agenda.finish(key(1), result(maildrop(1)), isAttended: false, now: now, random: 0)
            #expect(second.requests.count == 1)
            for request in second.requests { request.answer(.polled(second.record)) }
        }
        #expect(answer == .polled(PollRecord(beganAt: now, endedAt: now)))
    }

    @Test func aRequestWaitsAMinuteForLoginDelayAndIsToldWhenItIsMore() async {
        var (agenda, next) = polled(result(maildrop(1, interval: .seconds(3600)), loginDelay: 300))
        #expect(next.cause == .interval)
        let answer = await asking { request in
            let refused = agenda.request(request, now: now.adding(seconds: 100))
            #expect(refused == PollPace.Next(at: now.adding(seconds: 301), cause: .loginDelay))
            request.answer(.postponed(until: refused?.at ?? now, refused?.cause ?? .request))
        }
        #expect(answer == .postponed(until: now.adding(seconds: 301), .loginDelay))
        // It is polled then, although its interval is longer.
        #expect(agenda.nextDue == now.adding(seconds: 301))
        _ = await asking { request in
            #expect(agenda.request(request, now: now.adding(seconds: 250)) == nil)
            let early = agenda.start(8, now: now.adding(seconds: 300)).polls
            #expect(early.isEmpty)
            let started = agenda.start(8, now: now.adding(seconds: 301)).polls.map(\.key)
            #expect(started == [key(1)])
            agenda = Agenda()
        }
    }

    @Test func whoAsksDuringAPollIsToldWhenTheNextMayNotFollowSoon() async {
        let answer = await asking { request in
            var agenda = Agenda()
            _ = agenda.update(account, [maildrop(1)], now: now)
            _ = agenda.start(8, now: now)
            _ = agenda.request(request, now: now)
            let finished = agenda.finish(
                key(1), result(maildrop(1), loginDelay: 900), isAttended: false, now: now, random: 0)
            #expect(finished.next == PollPace.Next(at: now.adding(seconds: 901), cause: .loginDelay))
            #expect(finished.requests.isEmpty)
            for request in finished.postponed {
                request.answer(.postponed(until: finished.next.at, finished.next.cause))
            }
        }
        #expect(answer == .postponed(until: now.adding(seconds: 901), .loginDelay))
    }

    @Test func whoAsksForAHostWithoutSignInsIsToldWhenThereIsOne() async {
        let later = now.adding(seconds: 61)
        let answer = await asking { request in
            var agenda = Agenda()
            _ = agenda.update(account, [maildrop(1)], now: now)
            _ = agenda.request(request, now: now)
            let started = agenda.start(8, now: now) { _ in later }
            #expect(started.polls.isEmpty)
            for (request, until) in started.postponed { request.answer(.postponed(until: until, .hostBudget)) }
        }
        #expect(answer == .postponed(until: later, .hostBudget))
    }

    @Test func whoAskedWaitsForAWholeFirstFetchAndHearsOfAllOfIt() async {
        let answer = await asking { request in
            var agenda = Agenda()
            _ = agenda.update(account, [maildrop(1)], now: now)
            _ = agenda.request(request, now: now)
            _ = agenda.start(8, now: now)
            let first = agenda.finish(
                key(1), result(maildrop(1), remaining: 50, fetched: 200), isAttended: false, now: now, random: 0)
            #expect(first.requests.isEmpty)
            #expect(first.next == PollPace.Next(at: now, cause: .backFill))
            _ = agenda.start(8, now: now)
            let second = agenda.finish(
                key(1), result(maildrop(1), fetched: 50), isAttended: false, now: now, random: 0)
            #expect(second.record.fetched == 250)
            for request in second.requests { request.answer(.polled(second.record)) }
        }
        #expect(answer == .polled(PollRecord(beganAt: now, endedAt: now, fetched: 250)))
    }

    @Test func aFirstFetchThatGoesOnLetsOthersGoFirst() {
        var (agenda, _) = polled(result(maildrop(1), remaining: 50))
        _ = agenda.update(account, [maildrop(1), maildrop(2)], now: now.adding(seconds: 5))
        let started = agenda.start(1, now: now.adding(seconds: 5)).polls.map(\.key)
        #expect(started == [key(2)])
    }

    @Test func whatAHostHasNoSignInForIsHeldAndTheOthersStart() {
        var agenda = Agenda()
        let other = maildrop(3, host: "mail.example.net")
        _ = agenda.update(account, [maildrop(1), maildrop(2), other], now: now)
        let later = now.adding(seconds: 7)
        let started = agenda.start(8, now: now) { host in host == "pop.example.org" ? later : nil }
        #expect(started.polls.map(\.key) == [key(3)])
        #expect(Set(started.held.map(\.key)) == [key(1), key(2)])
        #expect(agenda.nextDue == later)
        let early = agenda.start(8, now: now.adding(seconds: 6)).polls
        #expect(early.isEmpty)
        #expect(agenda.start(8, now: later).polls.count == 2)
    }

    @Test func aDeviceBringsPollsForwardButNotThoseThatSomebodyPaced() {
        for (interval, isSooner) in [(nil, true), (Duration.seconds(1500), false)] as [(Duration?, Bool)] {
            var (agenda, next) = polled(result(maildrop(1, interval: interval)))
            let changed = agenda.attend(account, now: now, random: { 0 })
            #expect(changed.isEmpty == !isSooner)
            #expect((changed.first?.next.at ?? next.at) <= next.at)
            if isSooner { #expect(changed.first?.next.cause == .device) }
        }
    }

    @Test func noDeviceBringsAPollBeforeLoginDelay() {
        var (agenda, next) = polled(result(maildrop(1, interval: nil), loginDelay: 900))
        #expect(next == PollPace.Next(at: now.adding(seconds: 901), cause: .loginDelay))
        #expect(agenda.attend(account, now: now, random: { 0 }).isEmpty)
        #expect(agenda.nextDue == now.adding(seconds: 901))
    }
}
