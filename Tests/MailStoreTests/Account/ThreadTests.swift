import MailModel
import Testing

@testable import MailStore

@Suite struct ThreadTests {
    private func threads(_ account: Account, _ ids: [EmailID]) async throws -> [ThreadID] {
        try await account.read { try $0.emails(ids).map(\.threadID) }
    }

    @Test func aReplyJoinsWhatItAnswersInWhicheverOrderTheyArrive() async throws {
        try await AccountFixture.run { _, account in
            let first = message(id: "a@x", subject: "Plan")
            let reply = message(id: "b@x", subject: "Re: Plan", references: ["a@x"])
            let oldestFirst = try await account.deliver([first, reply])
            let newer = message(id: "d@x", subject: "AW: [list] Other", references: ["c@x"])
            let newestFirst = try await account.deliver([newer, message(id: "c@x", subject: "Other")])
            let threads = try await threads(account, oldestFirst + newestFirst)
            #expect(threads[0] == threads[1])
            #expect(threads[2] == threads[3])
            #expect(threads[0] != threads[2])
        }
    }

    @Test func siblingsMeetThroughAParentThatIsNotThere() async throws {
        try await AccountFixture.run { _, account in
            let ids = try await account.deliver([
                message(id: "b@x", subject: "Re: Plan", references: ["a@x"]),
                message(id: "c@x", subject: "Re: Plan", references: ["a@x"]),
            ])
            #expect(Set(try await threads(account, ids)).count == 1)
        }
    }

    @Test func anotherSubjectBeginsAnotherThread() async throws {
        try await AccountFixture.run { _, account in
            let ids = try await account.deliver([
                message(id: "a@x", subject: "Plan"), message(id: "b@x", subject: "Lunch", references: ["a@x"]),
            ])
            #expect(Set(try await threads(account, ids)).count == 2)
        }
    }

    @Test func anEmailThatLinksTwoThreadsJoinsTheOlderAndMergesNothing() async throws {
        try await AccountFixture.run { _, account in
            let ids = try await account.deliver([
                message(id: "a@x", subject: "Plan"), message(id: "b@x", subject: "Plan"),
                message(id: "c@x", subject: "Re: Plan", references: ["b@x", "a@x"]),
                message(id: "d@x", subject: "Re: Plan", references: ["b@x"]),
            ])
            let threads = try await threads(account, ids)
            #expect(threads[0] != threads[1])
            #expect(threads[2] == threads[0])
            // The older thread knows b by now.
            #expect(threads[3] == threads[0])
        }
    }

    @Test func messagesThatNameNothingStayAlone() async throws {
        try await AccountFixture.run { _, account in
            let ids = try await account.deliver([message(subject: "Plan"), message(subject: "Plan")])
            #expect(Set(try await threads(account, ids)).count == 2)
        }
    }

    @Test func aThreadListsItsEmailsOldestFirst() async throws {
        try await AccountFixture.run { _, account in
            let late = try await account.deliver([message(id: "b@x", references: ["a@x"])])
            let early = try await account.deliver(
                [message(id: "a@x")], receivedAt: AccountFixture.start.adding(seconds: -60))
            let thread = try await account.email(late[0]).threadID
            #expect(try await account.read { try $0.threads([thread]).first?.emailIDs } == early + late)
        }
    }

    @Test(arguments: [
        ("Plan", "plan"), ("Re: Plan", "plan"), ("RE: re : Fwd: Plan", "plan"), ("Re[2]: Plan", "plan"),
        ("[list] Re: [list] Plan", "plan"), ("Plan (fwd)", "plan"), ("AW: WG: Plan", "plan"), ("[tag]", "[tag]"),
        ("Re:", ""), ("", ""), ("Report: done", "report:done"), ("  a \t b ", "ab"), ("Re: [unclosed", "[unclosed"),
        ("Reply", "reply"), ("回复: 会议", "会议"), ("[a][b] x", "x"),
    ])
    func aSubjectIsComparedWithoutWhatProgramsPutAroundIt(_ subject: String, _ base: String) {
        #expect(BaseSubject.of(subject) == base)
    }

    @Test(arguments: [
        ("Re: [list]  Plan  B (FWD)", "Plan B"), ("RE :  AW: Grüße\u{3000}aus", "Grüße aus"), ("[tag]", "[tag]"),
        ("回复： 会议", "会议"), ("答复: Re: ÄÖ", "ÄÖ"), ("(fwd)", "(fwd)"), ("Report: done", "Report: done"),
        ("Re: (Fwd) x", "(Fwd) x"), ("[a] [b] ", "[b]"), ("İstanbul: re", "İstanbul: re"),
    ])
    func aSubjectIsShownInItsOwnLetters(_ subject: String, _ base: String) {
        #expect(BaseSubject.shown(subject) == base)
    }

    @Test func lettersOfEveryScriptAreComparedInLowerCase() {
        #expect(BaseSubject.of("Re: ÄÖÜ ПРИВЕТ\u{00A0}ΣΑΣ 会議 İ") == "äöüприветσασ会議i\u{0307}")
    }

    @Test func onlySoManyMessageIDsOfOneEmailAreLookedAt() {
        let ids = (0..<1000).map { "\($0)@x" }
        let keys = ThreadingKeys(messageIDs: ["own"], inReplyTo: [], references: ids, subject: "").keys
        #expect(keys.count == ThreadingKeys.limit)
        let ends = ThreadingKeys(messageIDs: [], inReplyTo: [], references: [ids[0], ids[999]], subject: "").keys
        #expect(Set(ends).isSubset(of: keys))
        let few = ThreadingKeys(messageIDs: ["own"], inReplyTo: [], references: Array(ids.prefix(63)), subject: "").keys
        #expect(few.count == 64)
    }
}
