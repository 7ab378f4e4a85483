import MailModel
import Testing

@testable import MailStore
@testable import MailSync

/// One account's maildrops do not keep everybody else's waiting.
@Suite struct AgendaShareTests {
    private let now = Timestamp(seconds: 1_000)
    private let ada = AccountID(rawValue: 1)
    private let ben = AccountID(rawValue: 2)

    private func maildrops(_ count: Int64) -> [Maildrop] {
        (0..<count).map { number in
            Maildrop(
                id: MaildropID(rawValue: number),
                settings: MaildropSettings(
                    name: "m\(number)", host: "pop\(number).example.org", username: "u",
                    mailbox: MailboxID(rawValue: 1)),
                hasPassword: true, createdAt: now)
        }
    }

    private func start(_ agenda: inout Agenda, _ room: Int, slots: Int = 8, after seconds: Int64 = 0) -> [AccountID:
        Int]
    {
        let started = agenda.start(room, slots: slots, now: now.adding(seconds: seconds))
        return started.polls.reduce(into: [:]) { $0[$1.key.account, default: 0] += 1 }
    }

    @Test func whileOthersAreDueAnAccountHasHalf() {
        var agenda = Agenda()
        _ = agenda.update(ada, maildrops(20), now: now)
        _ = agenda.update(ben, maildrops(20), now: now.adding(seconds: 1))
        #expect(start(&agenda, 8, after: 1) == [ada: 4, ben: 4])
        #expect(agenda.nextDue(slots: 8, now: now.adding(seconds: 1)) == nil)
    }

    @Test func theLastSlotIsKeptForOthers() {
        var agenda = Agenda()
        _ = agenda.update(ada, maildrops(20), now: now)
        agenda.add(Agenda.Key(account: ben, maildrop: MaildropID(rawValue: 1)), dueAt: now.adding(seconds: 60))
        #expect(start(&agenda, 8) == [ada: 7])
        // Nothing more may run before one has ended, or until somebody else is due.
        #expect(start(&agenda, 1) == [:])
        #expect(agenda.nextDue(slots: 8, now: now) == now.adding(seconds: 60))
        #expect(start(&agenda, 1, after: 60) == [ben: 1])
    }

    @Test func whatOthersLeaveIsTaken() {
        var agenda = Agenda()
        _ = agenda.update(ada, maildrops(20), now: now)
        _ = agenda.update(ben, maildrops(1), now: now)
        #expect(start(&agenda, 8) == [ada: 4, ben: 1])
        #expect(agenda.nextDue(slots: 8, now: now) == now)
        #expect(start(&agenda, 3) == [ada: 3])
    }

    @Test(arguments: [1, 2, 8])
    func whoIsAloneHasEverySlot(slots: Int) {
        var agenda = Agenda()
        _ = agenda.update(ada, maildrops(20), now: now)
        #expect(start(&agenda, slots, slots: slots) == [ada: slots])
    }

    @Test func aSingleSlotGoesRound() {
        var agenda = Agenda()
        _ = agenda.update(ada, maildrops(2), now: now)
        _ = agenda.update(ben, maildrops(2), now: now.adding(seconds: 1))
        #expect(start(&agenda, 1, slots: 1, after: 1) == [ada: 1])
        #expect(start(&agenda, 0, slots: 1, after: 1) == [:])
    }
}
