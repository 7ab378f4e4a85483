import MailModel
import Synchronization
import Testing

@testable import MailStore

/// What an account may hold, and what it holds.
@Suite struct QuotaTests {
    /// A message of exactly so many octets.
    private static func octets(_ count: Int, _ number: Int = 0) -> [UInt8] {
        let head = Array("Subject: \(number)\r\nMessage-ID: <\(number)@example.org>\r\n\r\n".utf8)
        return head + [UInt8](repeating: 0x61, count: count - head.count)
    }

    /// An account that may hold `limit` octets, checked at the end.
    private static func with(
        limit: Int?, _ body: (AccountFixture, Account) async throws -> Void
    ) async throws {
        let fixture = try AccountFixture()
        fixture.octetsLimit.withLock { $0 = limit }
        try await body(fixture, try await fixture.create())
        try await fixture.finish()
    }

    private static func used(_ account: Account, _ kind: Quota.Kind) async throws -> Int? {
        try await account.read { try $0.quotas([kind.id]).first?.used }
    }

    @Test func aMessageThatJustFitsIsTakenAndOneOctetMoreIsNot() async throws {
        try await Self.with(limit: 1_000) { _, account in
            try await account.deliver([Self.octets(600)])
            let (fits, inbox) = (try await account.prepare(.octets(Self.octets(400, 1))), try await account.inbox())
            let over = try await account.prepare(.octets(Self.octets(401, 2)))
            let refusal = await account.code {
                _ = try $0.addEmail(Arrival(over, mailboxIDs: [inbox], receivedAt: AccountFixture.start))
            }
            #expect(refusal == .overQuota)
            try await account.write {
                _ = try $0.addEmail(Arrival(fits, mailboxIDs: [inbox], receivedAt: AccountFixture.start))
            }
            #expect(try await Self.used(account, .octets) == 1_000)
            await #expect(throws: MailStoreError.self) { try await account.deliver([Self.octets(100, 3)]) }
            #expect(try await account.query(EmailQuery()).ids.count == 2)
        }
    }

    @Test func whatIsDestroyedMakesRoomAndCopiesCountEachByItself() async throws {
        try await Self.with(limit: 1_000) { _, account in
            let first = try await account.deliver([Self.octets(400)])
            try await account.deliver([Self.octets(400)])
            #expect(try await Self.used(account, .octets) == 800)
            try await account.write { try $0.destroyEmail(first[0]) }
            #expect(try await Self.used(account, .octets) == 400)
            try await account.deliver([Self.octets(600, 1)])
            #expect(try await Self.used(account, .octets) == 1_000)
        }
    }

    @Test func anUploadOfWhichNoMessageCouldBeMadeIsRefused() async throws {
        try await Self.with(limit: 1_000) { _, account in
            try await account.deliver([Self.octets(600)])
            let fits = try await account.prepareBlob(.octets([UInt8](repeating: 1, count: 400)))
            let over = try await account.prepareBlob(.octets([UInt8](repeating: 2, count: 401)))
            #expect(await account.code { try $0.addBlob(over) } == .overQuota)
            #expect(await account.code { try $0.addBlob(fits) } == nil)
            #expect(try await Self.used(account, .octets) == 600)
        }
    }

    @Test func forANewUploadTheOldestOnesGo() async throws {
        let fixture = try AccountFixture()
        fixture.octetsLimit.withLock { $0 = 1_000 }
        var options = fixture.options()
        options.limits.jmap.uploadOctets = 1_000
        let account = try await Account.create(options)
        var blobs: [BlobID] = []
        for number in 0..<3 {
            let blob = try await account.prepareBlob(.octets([UInt8](repeating: UInt8(number), count: 400)))
            try await account.write { try $0.addBlob(blob) }
            blobs.append(blob.id)
            fixture.advance(seconds: 1)
        }
        let all = blobs
        #expect(
            try await account.read { reader in try all.map { try reader.blobSize($0) != nil } } == [false, true, true])
        #expect(try await account.check().findings.isEmpty)
        await account.close()
    }

    @Test func withoutALimitOctetsAreKeptAndNoQuota() async throws {
        try await Self.with(limit: nil) { _, account in
            try await account.deliver([Self.octets(600)])
            #expect(try await account.read { try $0.messageOctets() } == 600)
            #expect(try await account.read { try $0.quotas().map(\.kind) } == Array(Quota.Kind.allCases.dropFirst()))
        }
    }

    @Test func aLimitThatComesChangesOrGoesIsToldAsSuch() async throws {
        try await Self.with(limit: nil) { fixture, account in
            var state = try await account.state(.quota)
            for (limit, kind) in [(1_000, "created"), (2_000, "updated"), (nil, "destroyed")] as [(Int?, String)] {
                fixture.octetsLimit.withLock { $0 = limit }
                let before = state
                let account = try await fixture.reopen()
                let changes = try await account.read {
                    try $0.changes(of: .quota, as: QuotaID.self, since: before)
                }
                #expect(
                    ["created": changes.created, "updated": changes.updated, "destroyed": changes.destroyed][kind]
                        == [Quota.Kind.octets.id], "\(kind)")
                #expect(!changes.updatedOnlyCounts)
                #expect(fixture.changes.last?.states[.quota] == changes.newState)
                state = changes.newState
            }
            #expect(try await fixture.reopen().state(.quota) == state)
        }
    }

    @Test func aUseIsAChangeAtOnceAndToldInSteps() async throws {
        try await Self.with(limit: 100_000) { fixture, account in
            try await account.deliver([Self.octets(1_500)])
            let state = try await account.state(.quota)
            #expect(fixture.changes.last?.states[.quota] == state)
            try await account.deliver([Self.octets(100, 1)])
            #expect(try await account.state(.quota) != state)
            #expect(fixture.changes.last?.states[.quota] == nil)
            #expect(fixture.changes.last?.states[.email] != nil)
            let changes = try await account.read { try $0.changes(of: .quota, as: QuotaID.self, since: state) }
            #expect(changes.updated == [Quota.Kind.octets.id] && changes.updatedOnlyCounts)
            try await account.deliver([Self.octets(400, 2)])
            #expect(fixture.changes.last?.states[.quota] == (try await account.state(.quota)))
        }
    }

    @Test func partsOfALimitAreItsHundredths() {
        #expect(Quota.part(of: 1_999, limit: 100_000) == 1)
        #expect(Quota.part(of: 2_000, limit: 100_000) == 2)
        #expect(Quota.part(of: 7, limit: 50) == 7)
        #expect(Quota.part(of: .max, limit: .max) >= 100)
        #expect(Quota(kind: .octets, used: 0, hardLimit: 1_000).warnLimit == 900)
        #expect(Quota(kind: .octets, used: 0, hardLimit: 5).warnLimit == 4)
    }

    @Test func whatComesAndGoesIsCounted() async throws {
        try await Self.with(limit: nil) { _, account in
            let (state, mailboxes) = (try await account.state(.quota), try await Self.used(account, .mailboxes))
            let made = try await account.write { writer in
                _ = try writer.createIdentity(IdentitySettings(email: "ann@example.org"))
                return try writer.createMailbox(NewMailbox(name: "Box"))
            }
            #expect(try await Self.used(account, .mailboxes) == mailboxes.map { $0 + 1 })
            #expect(try await Self.used(account, .identities) == 1)
            let changes = try await account.read { try $0.changes(of: .quota, as: QuotaID.self, since: state) }
            #expect(Set(changes.updated) == [Quota.Kind.mailboxes.id, Quota.Kind.identities.id])
            let after = changes.newState
            _ = try await account.write { try $0.updateMailboxes([made: MailboxUpdate(name: "Other")]) }
            #expect(try await account.state(.quota) == after)
        }
    }
}
