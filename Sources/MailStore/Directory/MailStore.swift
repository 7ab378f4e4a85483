import Crypto
import GRDB
public import Logging
public import MailModel

/// One data directory, owned: its people, their devices and accounts, and the feed of what changes.
public final class MailStore: Sendable {
    let options: MailStoreOptions
    let logger: Logger
    let directory: DataDirectory
    let database: DirectoryDatabase
    let key: SealingKey
    let folders: AccountFolders
    let deferred: DeferredWrites
    let feed = ChangeFeed()
    let revocationFeed = Broadcast<Revocation>()
    let requestFeed = Broadcast<MaildropRequest>()
    let pushFeed = Broadcast<PushSubscriptionID>()
    let pushCreations = PushCreations()
    let applicationServer: P256.Signing.PrivateKey
    let accessTokenFeed = Broadcast<AccessTokenRequest>()
    let trialFeed = Broadcast<TrialErrand>()
    let sendingTrialFeed = Broadcast<TrialErrand>()
    let discoveryFeed = Broadcast<DiscoveryErrand>()
    let jobFeed = Broadcast<JobTicket>()
    let jobBoard: JobBoard
    let people: PeopleBoard
    let storageMeter = StorageMeter()
    /// Accounts that may have messages on their way.
    public let senders: AccountRegister
    /// Accounts in which emails may be put away.
    public let snoozers: AccountRegister
    let idlePolls = IdlePolls()
    let presence = Presence()
    let shownSecrets = ShownSecrets()
    let board: StatusBoard
    let guardian: SignInGuard
    let attempts = PasswordAttempts()
    let setupToken = SetupToken()
    let challenges = PasskeyChallenges()
    let lifecycle: AccountLifecycle
    let passwords = PasswordQueue()
    private let lock: DirectoryLock
    let accountsInUse: OpenAccounts
    /// Folders that no row knew when the store was opened, where they lie now.
    public let setAside: [String]

    /// Opens the data directory, creating it when it is missing, and finishes what an earlier process left half done.
    ///
    /// - Throws: `locked` when another process owns it, `notOwner`, `noPermission`, `badKey`, `tooNew`, `corrupt`.
    public static func open(_ options: MailStoreOptions, logger: Logger) async throws(MailStoreError) -> MailStore {
        let store = try MailStore(options, logger: logger)
        try await store.finishRemovals()
        return store
    }

    private init(_ options: MailStoreOptions, logger: Logger) throws(MailStoreError) {
        self.options = options
        self.logger = logger
        directory = try DataDirectory.prepare(options.directory)
        lock = try DirectoryLock(path: directory.lock)
        let isNew = try Files.entry(directory.database) == nil
        try RestoreFolder(directory: directory).settle(isNew: isNew)
        key = try SealingKey.load(options.key, isNewDirectory: isNew)
        database = try DirectoryDatabase(path: directory.database)
        if isNew { try Files.sync(directory.path) }
        senders = AccountRegister("sender", in: database)
        snoozers = AccountRegister("snoozer", in: database)
        applicationServer = try ApplicationServerKey.load(key, from: database)
        folders = AccountFolders(directory: directory, reached: options.reached)
        let now = options.clock()
        deferred = DeferredWrites(now: now)
        board = StatusBoard(publish: { [feed] in feed.publish($0) })
        jobBoard = JobBoard(publish: { [feed] in feed.publish($0) })
        people = PeopleBoard(publish: { [feed] in feed.publish($0) })
        guardian = SignInGuard(limits: options.limits.signIn)
        let opener = AccountOpener(
            database: database, directory: directory, key: key, deferred: deferred, feed: feed, options: options,
            logger: logger)
        lifecycle = AccountLifecycle(database: database, folders: folders, opener: opener, reached: options.reached)
        let place = try DirectoryPlace(of: directory.database)
        let (rows, isCopy) = try database.write { database in
            try Self.noteUncleanEnd(in: database)
            let isCopy = try place.settle(in: database)
            return (try AccountRow.all(database), isCopy)
        }
        if isCopy { logger.warning("The data directory is a copy: every account begins a new epoch") }
        setAside = try folders.recover(known: Set(rows.map(\.folder)), now: now, logger: logger)
        for path in setAside {
            logger.warning("A folder of no account was set aside", metadata: ["folder": "\(path)"])
        }
        accountsInUse = OpenAccounts(
            limit: options.openAccountLimit, open: { try await opener.open($0) },
            close: { await opener.close($0) })
    }

    /// After an end that was not clean, nobody knows which hints were lost: all are stale.
    private static func noteUncleanEnd(in database: Database) throws {
        if try Bool.fetchOne(database, sql: "SELECT closedCleanly FROM directory") == false {
            try database.execute(sql: "UPDATE account SET hintsStale = 1")
        }
        try database.execute(sql: "UPDATE directory SET closedCleanly = 0")
    }

    private func finishRemovals() async throws(MailStoreError) {
        let rows = try await database.read { try AccountRow.all($0) }
        for row in rows where row.isRemoving {
            logger.info("Finishing the removal of an account", metadata: ["account": "\(row.id)"])
            try await lifecycle.finishRemoval(of: row)
        }
    }

    /// Closes every account, writes what was put off, and ends every feed. The store is of no use afterwards.
    public func close() async {
        feed.finish()
        revocationFeed.finish()
        requestFeed.finish()
        accessTokenFeed.finish()
        trialFeed.finish()
        sendingTrialFeed.finish()
        discoveryFeed.finish()
        jobFeed.finish()
        pushFeed.finish()
        presence.arrivals.finish()
        await accountsInUse.closeAll()
        let values = deferred.takeAll(at: options.clock())
        do {
            try await database.write { database in
                try values.write(to: database)
                try database.execute(sql: "UPDATE directory SET closedCleanly = 1")
            }
            try database.close()
        } catch {
            logger.warning("The directory was not closed cleanly", metadata: ["error": "\(error)"])
        }
        lock.release()
    }

    /// The account of the principal. Every other id answers as one that does not exist.
    public func account(_ id: AccountID, for principal: Principal) async throws(MailStoreError) -> Account {
        guard id == principal.account else { throw .notFound("account \(id)") }
        return try await accountsInUse.account(id)
    }

    /// Any account: for the services that work on everybody's.
    package func account(_ id: AccountID) async throws(MailStoreError) -> Account {
        try await accountsInUse.account(id)
    }

    /// Every account that is not being removed.
    public func accounts() async throws(MailStoreError) -> [AccountID] {
        try await database.read { try AccountRow.all($0).filter { !$0.isRemoving }.map(\.id) }
    }

    /// Every committed change of every account from now on.
    public func changes() -> AccountChanges { feed.subscribe() }

    /// One account's committed changes from now on.
    public func changes(of account: AccountID) -> AccountChanges { feed.subscribe(to: account) }

    /// Devices and users whose credentials ended, told right after the commit: what they had opened ends now.
    public func revocations() -> AsyncStream<Revocation> { revocationFeed.listen() }

    /// Where the data lies.
    public var path: String { directory.path }

    func evict(_ account: AccountID) async { await accountsInUse.evict(account) }

    func writeLater(_ values: DeferredWrites.Values?) {
        guard let values, !values.isEmpty else { return }
        let logger = logger
        database.writeLater({ try values.write(to: $0) }) { error in
            logger.warning("A deferred write failed", metadata: ["error": "\(error)"])
        }
    }
}
