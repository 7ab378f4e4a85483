import MailModel
import Testing

@testable import MailStore

struct MaildropTests {
    private let folder: StoreFolder

    init() throws { folder = try StoreFolder() }

    private func with(_ body: (MailStore, Account, MaildropSettings) async throws -> Void) async throws {
        try await folder.with { store async throws in
            let user = try await store.createUser(name: "ada", password: Secret("correct horse"))
            let account = try await store.account(user.account)
            let inbox = try await account.read { try $0.mailbox(withRole: .inbox)?.id }
            let settings = MaildropSettings(
                name: "Work", host: "pop.example.com", username: "ada", mailbox: try #require(inbox))
            try await body(store, account, settings)
        }
    }

    @Test func aMaildropIsStoredWithItsPasswordSealed() async throws {
        try await with { _, account, settings in
            let id = try await account.write { try $0.createMaildrop(settings, password: Secret("swordfish")) }
            let maildrop = try await account.read { try $0.maildrop(id) }
            #expect(maildrop?.settings == settings && maildrop?.hasPassword == true)
            let sealed = try await account.read { reader in
                try reader.db.first("SELECT sealedPassword FROM maildrop") { $0.blob(0) }
            }
            #expect(sealed.map { String(decoding: $0, as: UTF8.self).contains("swordfish") } == false)
            let opened = try await account.read { try $0.password(of: id) }
            #expect(opened?.isEqualInConstantTime(to: Secret("swordfish")) == true)
        }
    }

    @Test func settingsAreReplacedAndThePasswordKeptChangedOrRemoved() async throws {
        try await with { _, account, settings in
            let id = try await account.write { try $0.createMaildrop(settings, password: Secret("one")) }
            var changed = settings
            changed.name = "Home"
            changed.security = .starttls
            changed.port = 110
            changed.certificatePin = Array(repeating: 9, count: 32)
            changed.pollInterval = .seconds(600)
            changed.markSeenOlderThan = nil
            changed.enabled = false
            let wanted = changed
            try await account.write { try $0.updateMaildrop(id, wanted) }
            #expect(try await account.read { try $0.maildrop(id)?.settings } == wanted)
            #expect(try await account.read { try $0.password(of: id) } != nil)
            try await account.write { try $0.updateMaildrop(id, wanted, password: .set(Secret("two"))) }
            let second = try await account.read { try $0.password(of: id) }
            #expect(second?.isEqualInConstantTime(to: Secret("two")) == true)
            try await account.write { try $0.updateMaildrop(id, wanted, password: .remove) }
            #expect(try await account.read { try $0.maildrop(id)?.hasPassword } == false)
        }
    }

    @Test func everyChangeIsInTheLogAndTheFeed() async throws {
        try await with { store, account, settings in
            var changes = store.changes(of: account.id).makeAsyncIterator()
            let before = try await account.read { try $0.state(of: .maildrop) }
            let id = try await account.write { try $0.createMaildrop(settings) }
            let created = try await account.read {
                try $0.changes(of: .maildrop, as: MaildropID.self, since: before)
            }
            #expect(created.created == [id])
            #expect(await changes.next()?.states[.maildrop] == created.newState)
            try await account.write { try $0.destroyMaildrop(id) }
            let gone = try await account.read {
                try $0.changes(of: .maildrop, as: MaildropID.self, since: created.newState)
            }
            #expect(gone.destroyed == [id])
        }
    }

    @Test func aNameASignInAndAnAbsentMailboxAreRefused() async throws {
        try await with { _, account, settings in
            _ = try await account.write { try $0.createMaildrop(settings) }
            var sameName = settings
            sameName.username = "other"
            var sameSignIn = settings
            sameSignIn.name = "Other"
            for refused in [sameName, sameSignIn] {
                let error = await #expect(throws: MailStoreError.self) {
                    try await account.write { try $0.createMaildrop(refused) }
                }
                #expect(error?.code == .alreadyExists)
            }
            var nowhere = sameName
            nowhere.name = "Nowhere"
            nowhere.mailbox = MailboxID(rawValue: 999)
            let lost = nowhere
            let error = await #expect(throws: MailStoreError.self) {
                try await account.write { try $0.createMaildrop(lost) }
            }
            #expect(error?.code == .invalidProperty("mailboxId"))
            #expect(try await account.read { try $0.maildrops().count } == 1)
        }
    }

    @Test func mailGoesToTheInboxWhenItsMailboxIsGone() async throws {
        try await with { _, account, settings in
            let inbox = settings.mailbox
            var elsewhere = settings
            elsewhere.mailbox = try await account.write { try $0.createMailbox(NewMailbox(name: "Lists")) }
            let wanted = elsewhere
            let id = try await account.write { try $0.createMaildrop(wanted) }
            try await account.write { try $0.destroyMailbox(wanted.mailbox, emails: .keep) }
            let target = try await account.read { reader in
                try reader.maildrop(id).map { try reader.deliveryMailbox(of: $0) }
            }
            #expect(target == inbox)
        }
    }

    @Test func removingDropsThePasswordAndKeepsTheRecord() async throws {
        try await with { _, account, settings in
            let first = try await account.write { try $0.createMaildrop(settings, password: Secret("one")) }
            let known = try #require(UniqueID("id-1".utf8))
            try await account.write { writer in
                try writer.recordUnstored(
                    [.init(uniqueID: known, octets: 9, state: .heldBack, reason: "Too large.")], of: first)
                try writer.destroyMaildrop(first)
            }
            #expect(try await account.read { try $0.maildrops() }.isEmpty)
            let second = try await account.write { try $0.createMaildrop(settings) }
            #expect(second != first)
            #expect(try await account.read { try $0.maildrop(second)?.hasPassword } == false)
            let messages = try await account.read { try $0.knownMessages(of: second) }
            #expect(messages.index(of: known) != nil && messages.numbering == 1)
        }
    }

    @Test func theSameSignInUnderAnotherHostIsKnownByFingerprintOnly() async throws {
        try await with { _, account, settings in
            let first = try await account.write { try $0.createMaildrop(settings) }
            try await account.write { writer in
                try writer.recordStored(
                    [.init(uniqueID: uniqueID(1), octets: 9, fingerprint: [1], email: EmailID(rawValue: 0))], of: first)
                try writer.destroyMaildrop(first)
            }
            var moved = settings
            moved.host = "pop.new.example"
            let wanted = moved
            let second = try await account.write { try $0.createMaildrop(wanted) }
            let known = try await account.read { try $0.knownMessages(of: second) }
            #expect(known.count == 0 && known.numbering == 2)
            let earlier = try await account.read { try $0.rememberedMessages(of: second) }
            #expect(earlier.map(\.detail?.fingerprint) == [[1]])
        }
    }

    /// A maildrop of `settings` that knows one message.
    private func known(_ account: Account, _ settings: MaildropSettings) async throws -> MaildropID {
        let id = try uniqueID(1)
        return try await account.write { writer in
            let maildrop = try writer.createMaildrop(settings, password: Secret("one"))
            try writer.recordStored(
                [.init(uniqueID: id, octets: 9, fingerprint: [1], email: EmailID(rawValue: 0))], of: maildrop)
            return maildrop
        }
    }

    @Test func aUserNameThatIsChangedBackHasItsRecordAgain() async throws {
        try await with { _, account, settings in
            let id = try await known(account, settings)
            var mistyped = settings
            mistyped.username = "adda"
            let other = mistyped
            for _ in 0..<2 {
                try await account.write { try $0.updateMaildrop(id, other) }
                #expect(try await account.read { try $0.knownMessages(of: id) }.count == 0)
                try await account.write { try $0.updateMaildrop(id, settings) }
                let known = try await account.read { try $0.knownMessages(of: id) }
                #expect(known.count == 1 && known.numbering == 1)
            }
            #expect(try await account.read { try $0.maildrops().map(\.id) } == [id])
        }
    }

    @Test func aUserNameThatWasLeftHasItsRecordInANewMaildrop() async throws {
        try await with { _, account, settings in
            let id = try await known(account, settings)
            var mistyped = settings
            mistyped.username = "adda"
            let other = mistyped
            try await account.write { writer in
                try writer.updateMaildrop(id, other)
                try writer.destroyMaildrop(id)
            }
            let again = try await account.write { try $0.createMaildrop(settings) }
            let known = try await account.read { try $0.knownMessages(of: again) }
            #expect(known.count == 1 && known.numbering == 1)
            #expect(try await account.read { try $0.maildrop(again)?.hasPassword } == false)
        }
    }

    @Test func aHostThatIsNotTheRecordsLastBeginsANewNumbering() async throws {
        try await with { _, account, settings in
            let id = try await known(account, settings)
            var moved = settings
            moved.host = "pop.new.example"
            let elsewhere = moved
            let second = try await account.write { writer in
                try writer.destroyMaildrop(id)
                return try writer.createMaildrop(elsewhere)
            }
            folder.advance(by: .seconds(60))
            let third = try await account.write { writer in
                try writer.destroyMaildrop(second)
                return try writer.createMaildrop(settings)
            }
            #expect(try await account.read { try $0.knownMessages(of: third) }.numbering == 3)
        }
    }

    private func uniqueID(_ number: Int) throws -> UniqueID { try #require(UniqueID("id-\(number)".utf8)) }
}
