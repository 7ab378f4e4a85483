import MailModel

/// The steps on disk of a restore. Everything is built in `.restoring`; then `accounts` is renamed into place, and last
/// `restante.db`: with that one rename the restore is done. Cut before it, the directory is as good as empty.
struct RestoreFolder: Sendable {
    let directory: DataDirectory

    var database: String { directory.restoring + "/restante.db" }
    var accounts: String { directory.restoring + "/accounts" }

    func account(_ id: AccountID) -> String { accounts + "/\(id)" }

    /// What may be in an empty data directory.
    private static let foreign: Set<String> = ["lock", "control.sock", "accounts", ".restoring", "lost+found"]

    /// For whoever opens the data directory: sweeps what a finished restore left.
    /// - Throws: `corrupt` when a restore was cut short.
    func settle(isNew: Bool) throws(MailStoreError) {
        guard try Files.entry(directory.restoring) != nil else { return }
        guard !isNew else {
            throw MailStoreError(
                .corrupt,
                "A restore into \(directory.path) was cut short: run restante restore again, or empty the folder.")
        }
        try Files.removeTree(directory.restoring)
    }

    /// Makes sure that the data directory is empty, or holds only what an earlier restore left, and begins.
    /// - Throws: `alreadyExists`.
    func begin() throws(MailStoreError) {
        let names = Set(try Files.names(in: directory.path))
        let isUnfinished = names.contains(".restoring") && !names.contains("restante.db")
        let others = names.subtracting(Self.foreign)
        let hasAccounts = try !Files.names(in: directory.accounts).isEmpty
        guard others.isEmpty, isUnfinished || !hasAccounts else {
            throw MailStoreError(
                .alreadyExists,
                "\(directory.path) holds data: a restore goes into a new or an empty data directory (dataDirectory).")
        }
        try Files.removeTree(directory.accounts)
        try Files.removeTree(directory.restoring)
        try Files.makeDirectory(directory.restoring)
        try Files.makeDirectory(accounts)
        try Files.sync(directory.path)
    }

    /// Puts what was built in its place, durably.
    func finish(reached: (RestoreStep) throws -> Void) throws {
        let log = database + "-wal"
        if try Files.entry(log) != nil, try FileCopying.size(of: log) > 0 {
            throw MailStoreError(.inputOutput, "The restored restante.db was not closed.")
        }
        try FileCopying.syncFileSystem(of: directory.path)
        try reached(.built)
        try Files.rename(accounts, to: directory.accounts)
        try Files.sync(directory.path)
        try reached(.accountsRenamed)
        try Files.rename(database, to: directory.database)
        try Files.sync(directory.path)
        try reached(.databaseRenamed)
        try Files.removeTree(directory.restoring)
        try Files.sync(directory.path)
    }

    /// Leaves the directory empty again, as well as it can.
    func discard() { try? Files.removeTree(directory.restoring) }
}

/// The durable steps of a restore, in order.
package enum RestoreStep: CaseIterable, Sendable {
    case begun, directoryCopied, accountCopied, built, accountsRenamed, databaseRenamed
}
