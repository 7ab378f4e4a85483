import GRDB
import Logging
import MailModel

/// Makes accounts' folders and opens them, with what they need from the directory.
struct AccountOpener: Sendable {
    let database: DirectoryDatabase
    let directory: DataDirectory
    let key: SealingKey
    let deferred: DeferredWrites
    let feed: ChangeFeed
    let options: MailStoreOptions
    let logger: Logger

    /// Builds a new account in an empty folder and closes it. Returns where its life begins.
    func create(_ id: AccountID, folder: String) async throws(MailStoreError) -> HighWater {
        do {
            let account = try await Account.create(accountOptions(id, folder: folder, expected: nil))
            let mark = try await account.highWater()
            await account.close()
            return HighWater(epoch: mark.epoch, modseq: mark.modseq)
        } catch {
            throw MailStoreError(database: error)
        }
    }

    /// Opens an account. A folder that is older than it was last seen, or of another life, was put there by hand: devices
    /// know states that it never had, so that it begins a new epoch, which is written down before anybody sees it.
    func open(_ id: AccountID) async throws -> Account {
        let found = try await database.read { try AccountRow.find(id, in: $0) }
        guard let row = found, !row.isRemoving else { throw MailStoreError.notFound("account \(id)") }
        let folder = directory.path + "/" + row.folder
        guard try Files.entry(folder) != nil else {
            throw MailStoreError(
                .corrupt, "The folder \(folder) of account \(id) is missing: put it back or restore a backup.")
        }
        let account = try await Account.open(accountOptions(id, folder: folder, expected: row.mark))
        let mark = try await account.highWater()
        guard mark.epoch != row.mark.epoch else { return account }
        logger.warning("An account began a new epoch: its folder was older", metadata: ["account": "\(id)"])
        try await database.write { database in
            try database.execute(
                sql: "UPDATE account SET epoch = ?, modseq = ?, hintsStale = 1 WHERE id = ?",
                arguments: [Int64(mark.epoch.rawValue), mark.modseq.rawValue, id.rawValue])
        }
        return account
    }

    private func accountOptions(_ id: AccountID, folder: String, expected: HighWater?) -> AccountOptions {
        AccountOptions(
            folder: folder, id: id, expected: expected.map { ($0.epoch, $0.modseq) }, limits: options.limits, key: key,
            clock: options.clock, logger: logger, changed: { changed($0, reached: $1) })
    }

    private func changed(_ change: AccountChange, reached modseq: Modseq) {
        feed.publish(change)
        guard let epoch = change.states.values.first?.epoch else { return }
        note { values in
            values.marks[change.account] = HighWater(epoch: epoch, modseq: modseq)
            if change.states[.maildrop] != nil { values.stale.insert(change.account) }
        }
    }

    func close(_ account: Account) async {
        let mark = try? await account.highWater()
        await account.close()
        guard let mark else { return }
        note { $0.marks[account.id] = HighWater(epoch: mark.epoch, modseq: mark.modseq) }
    }

    private func note(_ change: (inout DeferredWrites.Values) -> Void) {
        guard let values = deferred.note(at: options.clock(), change), !values.isEmpty else { return }
        database.writeLater({ try values.write(to: $0) }) { [logger] error in
            logger.warning("A deferred write failed", metadata: ["error": "\(error)"])
        }
    }
}
