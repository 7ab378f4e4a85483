import MailModel
import TestSupport
import Testing

@testable import MailStore

/// Creating and removing an account, stopped after each step: the next start leaves all of it or nothing.
struct AccountLifecycleTests {
    private let folder: StoreFolder
    private let password = Secret("correct horse")

    init() throws { folder = try StoreFolder() }

    private static let creating: [DirectoryStep] = [
        .numberTaken, .accountBuilt, .accountSynced, .accountRenamed, .parentSynced, .rowCommitted,
    ]
    private static let removing: [DirectoryStep] = [
        .rowMarked, .sessionsEnded, .folderRenamed, .removalSynced, .folderDeleted, .rowDropped,
    ]

    /// Stops after one step, as a cut would: nothing that comes later runs.
    private func stopping(after step: DirectoryStep) -> MailStoreOptions {
        folder.options { reached throws(MailStoreError) in
            if reached == step { throw MailStoreError(.closed, "cut after \(step)") }
        }
    }

    private var accountFolders: [String] {
        get throws { try Files.names(in: folder.data + "/accounts") }
    }

    @Test(arguments: creating)
    func creatingIsAllOrNothing(step: DirectoryStep) async throws {
        try await folder.with { _ = try await $0.createUser(name: "ada", password: password) }
        let cut = try await folder.open(stopping(after: step))
        await #expect(throws: MailStoreError.self) { try await cut.createUser(name: "ben", password: password) }
        await cut.close()
        try await folder.with { store async throws in
            let isThere = step == .rowCommitted
            #expect(try await store.users().map(\.name) == (isThere ? ["ada", "ben"] : ["ada"]))
            #expect(try accountFolders.count == (isThere ? 2 : 1))
            if !isThere { _ = try await store.createUser(name: "ben", password: password) }
            let ben = try await store.user(named: "ben")
            _ = try await store.account(ben.account)
        }
    }

    @Test(arguments: removing)
    func removingIsFinishedByTheNextStart(step: DirectoryStep) async throws {
        let ben = try await folder.with { store async throws in
            try await store.createUser(name: "ada", password: password)
            let ben = try await store.createUser(name: "ben", password: password)
            _ = try await store.createDevice(user: ben.id, name: "phone")
            return ben
        }
        let cut = try await folder.open(stopping(after: step))
        await #expect(throws: MailStoreError.self) { try await cut.removeUser(ben) }
        #expect(try await cut.users().map(\.name) == ["ada"])
        await cut.close()
        try await folder.with { store async throws in
            #expect(try await store.users().map(\.name) == ["ada"])
            #expect(try accountFolders.count == 1)
            let again = try await store.createUser(name: "ben", password: password)
            #expect(again.account != ben.account && again.id != ben.id)
            #expect(try await store.devices(of: again.id).isEmpty)
        }
    }

    @Test func aFolderWithoutARowIsSetAsideAndItsNumberNotUsedAgain() async throws {
        try await folder.with { _ = try await $0.createUser(name: "ada", password: password) }
        try Files.makeDirectory(folder.data + "/accounts/a7")
        try await folder.with { store async throws in
            #expect(store.setAside.count == 1)
            #expect(try accountFolders == ["a1"])
            #expect(try await store.check().notices.count == 1)
            #expect(try await store.createUser(name: "ben", password: password).account == AccountID(rawValue: 8))
        }
        #expect(try Files.names(in: folder.data + "/set-aside").count == 1)
    }

    @Test func aMissingFolderIsAFindingAndHurtsOnlyItsAccount() async throws {
        let (ada, ben) = try await folder.with { store async throws in
            (
                try await store.createUser(name: "ada", password: password),
                try await store.createUser(name: "ben", password: password)
            )
        }
        try Files.removeTree(folder.data + "/accounts/\(ada.account)")
        let store = try await folder.open()
        _ = try await store.account(ben.account)
        let error = await #expect(throws: MailStoreError.self) { try await store.account(ada.account) }
        #expect(error?.code == .corrupt)
        #expect(try await !store.check().isClean)
        await store.close()
    }

    @Test func anOlderCopyOfAFolderBeginsANewEpoch() async throws {
        let user = try await folder.with { try await $0.createUser(name: "ada", password: password) }
        let path = folder.data + "/accounts/\(user.account)"
        try copy(path, to: folder.folder.path("older"))
        let before = try await folder.with { store async throws in
            let account = try await store.account(user.account)
            for name in ["One", "Two"] {
                _ = try await account.write { try $0.createMailbox(NewMailbox(name: name)) }
            }
            return account.epoch
        }
        try Files.removeTree(path)
        try copy(folder.folder.path("older"), to: path)
        let after = try await folder.with { try await $0.account(user.account).epoch }
        #expect(after != before)
        #expect(try await folder.with { try await $0.account(user.account).epoch } == after)
    }

    private func copy(_ folder: String, to target: String) throws {
        try Files.makeDirectory(target)
        for name in try Files.names(in: folder) {
            let (from, to) = (folder + "/" + name, target + "/" + name)
            if try Files.entry(from)?.isDirectory == true {
                try copy(from, to: to)
            } else {
                try Files.create(to, try Files.read(from, atMost: 10_000_000) ?? [])
            }
        }
    }
}
