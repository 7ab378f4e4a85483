import MailModel
import Testing

@testable import MailStore

@Suite struct SnoozeTests {
    private static let morning = AccountFixture.start.adding(seconds: 12 * 3600)

    /// An account with one email in its Inbox, put away until the morning.
    private static func with(
        _ body: (AccountFixture, Account, EmailID) async throws -> Void
    ) async throws {
        try await AccountFixture.run { fixture, account in
            let email = try await account.deliver([message()], keywords: [.seen, .flagged])[0]
            try await account.write { try $0.snooze(email, until: morning) }
            try await body(fixture, account, email)
        }
    }

    private static func snooze(_ account: Account, _ email: EmailID) async throws -> Snooze? {
        try await account.read { try $0.snooze(of: email) }
    }

    /// Moves the clock to the morning and brings back what is due.
    @discardableResult
    private static func wake(_ fixture: AccountFixture, _ account: Account) async throws -> Timestamp? {
        fixture.advance(seconds: 12 * 3600)
        return try await account.wakeSnoozed(dueBy: fixture.now)
    }

    @Test func itWaitsInTheMailboxForThatWhichIsMadeWhenItIsNeeded() async throws {
        try await AccountFixture.run { _, account in
            let email = try await account.deliver([message()])[0]
            #expect(try await account.read { try $0.mailbox(withRole: .snoozed) } == nil)
            try await account.write { try $0.snooze(email, until: Self.morning) }
            let place = try await account.role(.snoozed)
            #expect(place.name == "Snoozed" && place.totalEmails == 1 && place.unreadEmails == 1)
            #expect(try await account.email(email).mailboxIDs == [place.id])
            #expect(
                try await Self.snooze(account, email) == Snooze(until: Self.morning, mailboxIDs: [account.inbox()]))
            #expect(try await account.read { try $0.nextSnooze() } == Self.morning)
        }
    }

    @Test func aMailboxOfThatNameIsTakenUnlessItMeansSomethingElse() async throws {
        try await AccountFixture.run { _, account in
            let email = try await account.deliver([message()])[0]
            let old = try await account.write { try $0.createMailbox(NewMailbox(name: "Snoozed")) }
            try await account.write { try $0.snooze(email, until: Self.morning) }
            #expect(try await account.role(.snoozed).id == old)
            _ = try await account.write { try $0.updateMailboxes([old: MailboxUpdate(role: .some(.memos))]) }
            try await account.write { try $0.snooze(email, until: Self.morning) }
            #expect(try await account.role(.snoozed).name == "Snoozed 2")
        }
    }

    @Test func itComesBackUnreadWhenItIsTime() async throws {
        try await Self.with { fixture, account, email in
            #expect(try await account.wakeSnoozed(dueBy: Self.morning.adding(seconds: -1)) == Self.morning)
            #expect(try await Self.snooze(account, email) != nil)
            #expect(try await Self.wake(fixture, account) == nil)
            let back = try await account.email(email)
            #expect(back.mailboxIDs == [try await account.inbox()])
            #expect(back.keywords == [.flagged])
            #expect(try await Self.snooze(account, email) == nil)
            #expect(fixture.changes.last?.states[.email] != nil)
        }
    }

    @Test func aDraftComesBackAsItIs() async throws {
        try await AccountFixture.run { fixture, account in
            let drafts = try await account.role(.drafts).id
            let email = try await account.deliver([message()], to: [drafts], keywords: [.seen, .draft])[0]
            try await account.write { try $0.snooze(email, until: Self.morning) }
            try await Self.wake(fixture, account)
            #expect(try await account.email(email).keywords == [.seen, .draft])
            #expect(try await account.email(email).mailboxIDs == [drafts])
        }
    }

    @Test func itGoesBackToEveryMailboxItWasIn() async throws {
        try await AccountFixture.run { fixture, account in
            let places: Set = [try await account.inbox(), try await account.role(.archive).id]
            let email = try await account.deliver([message()], to: places)[0]
            try await account.write { try $0.snooze(email, until: Self.morning) }
            try await Self.wake(fixture, account)
            #expect(try await account.email(email).mailboxIDs == places)
        }
    }

    @Test func whatWasPutAwayFromAMailboxThatIsGoneComesToTheInbox() async throws {
        try await AccountFixture.run { fixture, account in
            let folder = try await account.write { try $0.createMailbox(NewMailbox(name: "Trips")) }
            let email = try await account.deliver([message()], to: [folder])[0]
            try await account.write { try $0.snooze(email, until: Self.morning) }
            let before = try await account.state(.email)
            try await account.write { try $0.destroyMailbox(folder, emails: .keep) }
            #expect(try await Self.snooze(account, email)?.mailboxIDs == [])
            #expect(try await account.state(.email) != before)
            try await Self.wake(fixture, account)
            #expect(try await account.email(email).mailboxIDs == [try await account.inbox()])
        }
    }

    @Test func whoeverTakesItOutEndsIt() async throws {
        try await Self.with { fixture, account, email in
            let archive = try await account.role(.archive).id
            try await account.write { try $0.setMailboxes([archive], of: email) }
            #expect(try await Self.snooze(account, email) == nil)
            #expect(try await Self.wake(fixture, account) == nil)
            #expect(try await account.email(email).mailboxIDs == [archive])
            #expect(try await account.email(email).keywords == [.seen, .flagged])
        }
    }

    @Test func whoeverDestroysItEndsIt() async throws {
        try await Self.with { fixture, account, email in
            try await account.write { try $0.destroyEmail(email) }
            #expect(try await Self.wake(fixture, account) == nil)
        }
    }

    @Test func whereSomebodyPutItMeanwhileItStays() async throws {
        try await Self.with { fixture, account, email in
            let (archive, place) = (try await account.role(.archive).id, try await account.role(.snoozed).id)
            try await account.write { try $0.setMailboxes([archive, place], of: email) }
            #expect(try await Self.snooze(account, email)?.until == Self.morning)
            try await Self.wake(fixture, account)
            #expect(try await account.email(email).mailboxIDs == [try await account.inbox(), archive])
        }
    }

    @Test func anotherTimeKeepsWhereItWas() async throws {
        try await Self.with { _, account, email in
            let evening = Self.morning.adding(seconds: 12 * 3600)
            try await account.write { try $0.snooze(email, until: evening) }
            #expect(try await Self.snooze(account, email) == Snooze(until: evening, mailboxIDs: [account.inbox()]))
            let archive = try await account.role(.archive).id
            try await account.write { try $0.snooze(email, until: evening, to: [archive]) }
            #expect(try await Self.snooze(account, email)?.mailboxIDs == [archive])
            try await account.write { try $0.snooze(email, until: evening, to: []) }
            #expect(try await Self.snooze(account, email)?.mailboxIDs == [])
        }
    }

    @Test func whatLiesInTheMailboxWithoutATimeComesToTheInboxOnceItHasOne() async throws {
        try await Self.with { fixture, account, first in
            let place = try await account.role(.snoozed).id
            let email = try await account.deliver([message(subject: "other")], to: [place])[0]
            #expect(try await Self.snooze(account, email) == nil)
            try await account.write { try $0.snooze(email, until: Self.morning) }
            try await Self.wake(fixture, account)
            #expect(try await account.email(email).mailboxIDs == [try await account.inbox()])
        }
    }

    @Test func endingItBringsItBackAsItIs() async throws {
        try await Self.with { _, account, email in
            try await account.write { try $0.endSnooze(of: email) }
            #expect(try await account.email(email).mailboxIDs == [try await account.inbox()])
            #expect(try await account.email(email).keywords == [.seen, .flagged])
            try await account.write { try $0.endSnooze(of: email) }
            let missing = EmailID(rawValue: 999)
            let code = await account.code { try $0.endSnooze(of: missing) }
            #expect(code == .notFound)
        }
    }

    @Test func aTimeMustLieAheadAndNotTooFar() async throws {
        try await Self.with { fixture, account, email in
            let last = fixture.now.adding(SnoozeRules.longest)
            for wrong in [fixture.now, fixture.now.adding(seconds: -1), last.adding(seconds: 1)] {
                let code = await account.code { try $0.snooze(email, until: wrong) }
                #expect(code == .invalidProperty("snoozed"))
            }
            try await account.write { try $0.snooze(email, until: last) }
            let missing = EmailID(rawValue: 999)
            let code = await account.code { try $0.snooze(missing, until: last) }
            #expect(code == .notFound)
        }
    }

    @Test func itDoesNotComeBackToWhereItWaitsOrToWhatIsNotThere() async throws {
        try await Self.with { _, account, email in
            let place = try await account.role(.snoozed).id
            for wrong in [place, MailboxID(rawValue: 999)] {
                let code = await account.code { try $0.snooze(email, until: Self.morning, to: [wrong]) }
                #expect(code == .invalidProperty("snoozed"))
            }
        }
    }

    @Test func theMailboxMayLoseItsRoleOrBecomeTheInbox() async throws {
        try await Self.with { fixture, account, email in
            let (place, inbox) = (try await account.role(.snoozed).id, try await account.inbox())
            let refused = try await account.write {
                try $0.updateMailboxes([
                    place: MailboxUpdate(name: "Later", role: .some(.inbox)), inbox: MailboxUpdate(role: .some(nil)),
                ])
            }
            #expect(refused.isEmpty)
            #expect(try await Self.snooze(account, email)?.mailboxIDs == [inbox])
            try await account.write { try $0.destroyMailbox(inbox, emails: .keep) }
            // Where it waits is the Inbox now, and there is nothing else to go back to.
            #expect(try await Self.wake(fixture, account) == nil)
            #expect(try await account.email(email).mailboxIDs == [place])
            #expect(try await account.email(email).keywords == [.flagged])
        }
    }

    @Test func twoMailboxesMaySwapTheRoleWhileEmailsWait() async throws {
        try await Self.with { fixture, account, email in
            let (place, archive) = (try await account.role(.snoozed).id, try await account.role(.archive).id)
            _ = try await account.write {
                try $0.updateMailboxes([
                    place: MailboxUpdate(role: .some(.archive)), archive: MailboxUpdate(role: .some(.snoozed)),
                ])
            }
            #expect(try await Self.snooze(account, email)?.until == Self.morning)
            try await account.write { try $0.snooze(email, until: Self.morning) }
            #expect(try await account.email(email).mailboxIDs == [archive])
            try await Self.wake(fixture, account)
            #expect(try await account.email(email).mailboxIDs == [try await account.inbox()])
        }
    }

    @Test func theMailboxGoesWithWhatWaitsInIt() async throws {
        try await Self.with { fixture, account, email in
            let place = try await account.role(.snoozed).id
            let code = await account.code { try $0.destroyMailbox(place, emails: .keep) }
            #expect(code == .mailboxHasEmail)
            try await account.write { try $0.destroyMailbox(place, emails: .remove) }
            let isThere = try await account.read { try $0.exists(email) }
            #expect(!isThere)
            #expect(try await Self.wake(fixture, account) == nil)
        }
    }

    @Test func manyComeBackInBatchesTheEarliestFirst() async throws {
        try await AccountFixture.run { fixture, account in
            let emails = try await account.deliver((0..<5).map { message(subject: "\($0)") })
            try await account.write { writer in
                for (index, email) in emails.enumerated() {
                    try writer.snooze(email, until: Self.morning.adding(seconds: Int64(-index)))
                }
            }
            fixture.advance(seconds: 12 * 3600)
            #expect(try await account.wakeSnoozed(dueBy: fixture.now, most: 2) == Self.morning.adding(seconds: -2))
            #expect(try await Self.snooze(account, emails[4]) == nil)
            #expect(try await Self.snooze(account, emails[2]) != nil)
            _ = try await account.wakeSnoozed(dueBy: fixture.now, most: 2)
            #expect(try await account.wakeSnoozed(dueBy: fixture.now, most: 2) == nil)
        }
    }

    @Test func itOutlivesTheProcess() async throws {
        try await Self.with { fixture, _, email in
            let account = try await fixture.reopen()
            #expect(try await Self.wake(fixture, account) == nil)
            #expect(try await account.email(email).mailboxIDs == [try await account.inbox()])
        }
    }

    @Test func nextAndDueAreFoundByTheirDates() async throws {
        try await Self.with { _, account, _ in
            let plan = try await account.read { reader in
                try reader.db.all(
                    "EXPLAIN QUERY PLAN SELECT email FROM snoozed WHERE until <= 1 ORDER BY until, email LIMIT 9"
                ) { $0.text(3) }
            }
            #expect(plan.count == 1 && plan[0].contains("COVERING INDEX snoozedUntil (until<?)"), "\(plan)")
        }
    }
}
