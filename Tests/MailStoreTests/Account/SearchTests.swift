import Foundation
import MailModel
import Testing

@testable import MailStore

@Suite struct SearchTests {
    private func find(
        _ account: Account, _ change: @Sendable (inout EmailCondition) -> Void
    ) async throws -> Set<EmailID> {
        var condition = EmailCondition()
        change(&condition)
        return Set(try await account.query(EmailQuery(filter: .condition(condition))).ids)
    }

    @Test func textIsFoundInEveryFieldAndOnlyThere() async throws {
        try await AccountFixture.run { _, account in
            let ids = try await account.deliver([
                message(subject: "Quarterly figures", from: "Anna <anna@one.example>", body: "See the budget."),
                message(subject: "Lunch", from: "Bert <bert@two.example>", to: "anna@one.example", body: "Pizza?"),
            ])
            #expect(try await find(account) { $0.text = "anna" } == Set(ids))
            #expect(try await find(account) { $0.from = "anna" } == [ids[0]])
            #expect(try await find(account) { $0.to = "anna@one.example" } == [ids[1]])
            #expect(try await find(account) { $0.subject = "lunch" } == [ids[1]])
            #expect(try await find(account) { $0.body = "lunch" } == [])
            #expect(try await find(account) { $0.body = "BUDGET" } == [ids[0]])
            #expect(try await find(account) { $0.text = "pizza lunch" } == [ids[1]])
            #expect(try await find(account) { $0.text = "pizza budget" } == [])
            #expect(try await find(account) { $0.text = "quart*" } == [ids[0]])
            #expect(try await find(account) { $0.text = "\"figures quarterly\"" } == [])
            #expect(try await find(account) { $0.text = "\"quarterly figures\"" } == [ids[0]])
        }
    }

    @Test func aFilterAsksForSixteenTextsAndNotMore() async throws {
        try await AccountFixture.run { _, account in
            let ids = try await account.deliver([message(subject: "word0")])
            func filter(_ count: Int) -> EmailFilter {
                .any(
                    (0..<count).map { number in
                        var condition = EmailCondition()
                        condition.subject = "word\(number)"
                        return .condition(condition)
                    })
            }
            let most = QueryPlan.filterLookups
            #expect(try await account.query(EmailQuery(filter: filter(most))).ids == ids)
            let error = await #expect(throws: MailStoreError.self) {
                try await account.query(EmailQuery(filter: filter(most + 1)))
            }
            #expect(error?.code == .filterTooBroad)
        }
    }

    @Test func accentsAndCaseDoNotMatter() async throws {
        try await AccountFixture.run { _, account in
            let ids = try await account.deliver([message(subject: "=?utf-8?q?Caf=C3=A9_M=C3=BCnchen?=")])
            #expect(try await find(account) { $0.subject = "cafe MUNCHEN" } == Set(ids))
        }
    }

    @Test(arguments: [
        "\"", "'", "*", "(", ")", "a AND", "OR", "NOT x", "x NEAR/2 y", "subject:x", "{a} : b", "^x", "x - y", "\u{0}",
        "a\"b", "\"\"", "''", "a*b*", "-", "é\"*", "x'); DROP TABLE search; --",
    ])
    func whatAPersonTypesHasNoMeaningOfItsOwn(_ text: String) async throws {
        try await AccountFixture.run { _, account in
            try await account.deliver([message()])
            _ = try await find(account) { $0.text = text }
            _ = try await find(account) { $0.subject = text }
        }
    }

    @Test func aConditionWithoutWordsHoldsOfEverything() async throws {
        try await AccountFixture.run { _, account in
            let ids = try await account.deliver([message()])
            #expect(try await find(account) { $0.text = " \" \" " } == Set(ids))
        }
    }

    @Test func textCombinesWithEverythingElse() async throws {
        try await AccountFixture.run { _, account in
            let ids = try await account.deliver([
                message(subject: "red"), message(subject: "green"), message(subject: "red green"),
            ])
            let inbox = try await account.inbox()
            var red = EmailCondition(inMailbox: inbox)
            red.subject = "red"
            var green = EmailCondition()
            green.subject = "green"
            func list(_ filter: EmailFilter) async throws -> [EmailID] {
                try await account.query(EmailQuery(filter: filter, order: .oldestFirst, total: .calculate)).ids
            }
            #expect(try await list(.all([.condition(red), .condition(green)])) == [ids[2]])
            #expect(try await list(.all([.condition(red), .noneOf([.condition(green)])])) == [ids[0]])
            #expect(try await list(.any([.condition(green), .condition(red)])) == ids)
            try await account.write { try $0.destroyEmail(ids[2]) }
            #expect(try await list(.condition(red)) == [ids[0]])
        }
    }

    @Test func aQueryIndexesFiveHundredEmailsAndNotMore() async throws {
        try await AccountFixture.run { _, account in
            await account.core.housekeeping.end()
            let prepared = try await account.prepare(.octets(message(subject: "many")))
            let inbox = try await account.inbox()
            let arrival = Arrival(prepared, mailboxIDs: [inbox], receivedAt: AccountFixture.start)
            for count in [64, 64, 64, 64, 64, 64, 64, 52] {
                try await account.ingest(Array(repeating: arrival, count: count))
            }
            #expect(try await find(account) { $0.subject = "many" }.count == 500)
            for count in [64, 64, 64, 64, 64, 64, 64, 53] {
                try await account.ingest(Array(repeating: arrival, count: count))
            }
            await #expect(throws: MailStoreError.self) { try await find(account) { $0.subject = "many" } }
            #expect(try await find(account) { $0.subject = "many" }.count == 1001)
        }
    }

    @Test func anEmailWhoseOctetsAreMissingHidesNoOther() async throws {
        try await AccountFixture.run { _, account in
            await account.core.housekeeping.end()
            let ids = try await account.deliver([
                message(subject: "one needle"), BackupFixture.large(1), message(subject: "last needle"),
            ])
            let file = account.core.blobFiles.path(of: try await account.email(ids[1]).blobID)
            try FileManager.default.moveItem(atPath: file, toPath: file + "-lost")
            #expect(try await find(account) { $0.subject = "needle" } == [ids[0], ids[2]])
            #expect(try await find(account) { $0.subject = "large" } == [ids[1]])
            try FileManager.default.moveItem(atPath: file + "-lost", toPath: file)
        }
    }

    @Test func anEmailThatIsDamagedLaterIsNotFoundByItsFields() async throws {
        try await AccountFixture.run { _, account in
            let ids = try await account.deliver([BackupFixture.large(1), message(subject: "Large too")])
            func withLarge() async throws -> Set<EmailID> {
                try await find(account) { $0.header = HeaderCondition(name: "Subject", text: "large") }
            }
            #expect(try await withLarge() == Set(ids))
            let file = account.core.blobFiles.path(of: try await account.email(ids[0]).blobID)
            try FileManager.default.moveItem(atPath: file, toPath: file + "-lost")
            #expect(try await withLarge() == [ids[1]])
            try FileManager.default.moveItem(atPath: file + "-lost", toPath: file)
        }
    }

    @Test func aQueryThatHasNoTimeSaysSo() async throws {
        try await AccountFixture.run { fixture, account in
            await account.core.housekeeping.end()
            try await account.deliver((0..<64).map { message(subject: "\($0)") })
            let error = await #expect(throws: MailStoreError.self) {
                try await account.read { reader in
                    guard try reader.core.search.advance(reader, emails: 500, isOver: { true }) else {
                        throw MailStoreError(.searchNotReady, "")
                    }
                }
            }
            #expect(error?.code == .searchNotReady)
        }
    }

    @Test func anIndexThatDoesNotFitIsRebuilt() async throws {
        try await AccountFixture.run { fixture, account in
            let ids = try await account.deliver([message(subject: "needle")])
            #expect(try await find(account) { $0.subject = "needle" } == Set(ids))
            await account.close()
            try Data(noise(5000)).write(to: URL(fileURLWithPath: fixture.folder + "/search.db"))
            let garbage = try await fixture.reopen()
            #expect(try await find(garbage) { $0.subject = "needle" } == Set(ids))
            let mark = try await garbage.highWater()
            let ahead = Modseq(rawValue: mark.modseq.rawValue + 10)
            let newEpoch = try await fixture.reopen(expected: (mark.epoch, ahead))
            #expect(newEpoch.epoch != mark.epoch)
            #expect(try await find(newEpoch) { $0.subject = "needle" } == Set(ids))
        }
    }

    @Test func anIndexOfMostlyDestroyedEmailsIsEmptied() async throws {
        try await AccountFixture.run { _, account in
            await account.core.housekeeping.end()
            let prepared = try await account.prepare(.octets(message(subject: "gone")))
            let arrival = Arrival(
                prepared, mailboxIDs: [try await account.inbox()], receivedAt: AccountFixture.start)
            var ids: [EmailID] = []
            while ids.count < 1001 {
                ids += try await account.ingest(Array(repeating: arrival, count: min(64, 1001 - ids.count)))
            }
            while try await !account.core.indexStep() {}
            func rebuild() async throws -> Bool {
                try await account.read { try $0.core.search.rebuildIfStale($0) }
            }
            let all = ids
            try await account.write { writer in for id in all.dropLast() { try writer.destroyEmail(id) } }
            #expect(try await !rebuild())
            try await account.write { try $0.destroyEmail(all[1000]) }
            #expect(try await rebuild())
            let kept = try await account.deliver([message(subject: "kept")])
            #expect(try await find(account) { $0.subject = "kept" } == Set(kept))
        }
    }

    @Test func attachmentsAreFoundByTheirNames() async throws {
        try await AccountFixture.run { _, account in
            let text = """
                From: a@x\r\nSubject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
                --b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\n\
                Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="invoice-77.pdf"\r\n\r\n\
                x\r\n--b--\r\n
                """
            let ids = try await account.deliver([Array(text.utf8)])
            #expect(try await find(account) { $0.text = "invoice" } == Set(ids))
            #expect(try await find(account) { $0.hasAttachment = true } == Set(ids))
            #expect(try await find(account) { $0.hasAttachment = false } == [])
        }
    }
}
