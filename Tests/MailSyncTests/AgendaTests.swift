import MailModel
import Testing

@testable import MailStore
@testable import MailSync

@Suite struct AgendaTests {
    private let account = AccountID(rawValue: 1)
    private let now = Timestamp(seconds: 1_000)

    private func maildrop(_ number: Int64, host: String = "pop.example.org") -> Maildrop {
        Maildrop(
            id: MaildropID(rawValue: number),
            settings: MaildropSettings(
                name: "m\(number)", host: host, username: "ada", mailbox: MailboxID(rawValue: 1)),
            hasPassword: true, createdAt: now)
    }

    private func key(_ number: Int64) -> Agenda.Key {
        Agenda.Key(account: account, maildrop: MaildropID(rawValue: number))
    }

    @Test func newMaildropsAreDueAtOnce() {
        var agenda = Agenda()
        _ = agenda.update(account, [maildrop(1), maildrop(2)], now: now)
        let started1 = agenda.start(8, now: now)
        #expect(Set(started1) == [key(1), key(2)])
        let started2 = agenda.start(8, now: now)
        #expect(started2.isEmpty)
        #expect(agenda.nextDue == nil)
    }

    @Test func noMoreStartThanThereIsRoomFor() {
        var agenda = Agenda()
        _ = agenda.update(account, (1...5).map { maildrop($0) }, now: now)
        let started3 = agenda.start(2, now: now)
        #expect(started3.count == 2)
        let started4 = agenda.start(0, now: now)
        #expect(started4.isEmpty)
        let started5 = agenda.start(9, now: now)
        #expect(started5.count == 3)
    }

    @Test func whatAnEarlierProcessLeftIsKept() {
        var agenda = Agenda()
        agenda.add(key(1), dueAt: now.adding(seconds: 60))
        _ = agenda.update(account, [maildrop(1)], now: now)
        let started6 = agenda.start(8, now: now)
        #expect(started6.isEmpty)
        #expect(agenda.nextDue == now.adding(seconds: 60))
        let started7 = agenda.start(8, now: now.adding(seconds: 60))
        #expect(started7 == [key(1)])
    }

    @Test func changedSettingsAreTriedAtOnce() {
        var agenda = Agenda()
        _ = agenda.update(account, [maildrop(1)], now: now)
        _ = agenda.start(8, now: now)
        _ = agenda.finish(key(1), failed: false)
        _ = agenda.schedule(key(1), at: now.adding(seconds: 300), now: now)
        _ = agenda.update(account, [maildrop(1)], now: now)
        let started8 = agenda.start(8, now: now)
        #expect(started8.isEmpty)
        _ = agenda.update(account, [maildrop(1, host: "mail.example.org")], now: now)
        let started9 = agenda.start(8, now: now)
        #expect(started9 == [key(1)])
    }

    @Test func aFailingMaildropIsTriedAtOnceWhenAnythingOfItIsSet() {
        var agenda = Agenda()
        _ = agenda.update(account, [maildrop(1)], now: now)
        _ = agenda.start(8, now: now)
        let finished10 = agenda.finish(key(1), failed: true)
        #expect(finished10.failures == 1)
        _ = agenda.schedule(key(1), at: now.adding(seconds: 3600), now: now)
        _ = agenda.update(account, [maildrop(1)], now: now)
        let started11 = agenda.start(8, now: now)
        #expect(started11 == [key(1)])
        let finished12 = agenda.finish(key(1), failed: true)
        #expect(finished12.failures == 1)
    }

    @Test func removedMaildropsAreTold() {
        var agenda = Agenda()
        _ = agenda.update(account, [maildrop(1), maildrop(2)], now: now)
        let gone13 = agenda.update(account, [maildrop(2)], now: now)
        #expect(gone13 == [key(1)])
        #expect(agenda.due(of: account).keys.sorted() == [MaildropID(rawValue: 2)])
    }

    @Test func aRequestDuringAPollGetsAPollOfItsOwn() async {
        var agenda = Agenda()
        _ = agenda.update(account, [maildrop(1)], now: now)
        _ = agenda.start(8, now: now)
        let answer: Result<MaildropAnswer, MailStoreError> = await withCheckedContinuation { continuation in
            let request = MaildropRequest(
                account: account, maildrop: MaildropID(rawValue: 1), kind: .poll,
                reply: MaildropRequest.Reply(continuation))
            agenda.request(request, now: now)
            let finished14 = agenda.finish(key(1), failed: false)
            #expect(finished14.requests.isEmpty)
            let next15 = agenda.schedule(key(1), at: now.adding(seconds: 300), now: now)
            #expect(next15 == now)
            let started16 = agenda.start(8, now: now)
            #expect(started16 == [key(1)])
            let waiting = agenda.finish(key(1), failed: false).requests
            #expect(waiting.count == 1)
            let record = PollRecord(beganAt: now, endedAt: now)
            for request in waiting { request.answer(.polled(record)) }
        }
        #expect((try? answer.get()) == .polled(PollRecord(beganAt: now, endedAt: now)))
    }
}
