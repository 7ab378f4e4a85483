public import Logging
package import MailModel

/// What a restore came to.
public struct RestoreReport: Sendable {
    public let manifest: BackupManifest
    /// What the check of the restored accounts found and counted.
    public let check: CheckReport
    /// Maildrops whose password does not open with the key that is there: user and maildrop.
    public let maildropsWithoutPassword: [(user: String, maildrop: String)]
    /// Whether there was no key, so that a new one was made.
    public let isKeyNew: Bool
}

extension MailStore {
    /// Brings a backup back into a data directory that is empty: every account begins a new epoch with new UIDVALIDITYs,
    /// and ids that were given out after the backup are not given out again, so that every device that held an old state
    /// reads all again instead of taking old numbers for new.
    ///
    /// The key file may be missing: a new one is made, and maildrops whose password was sealed with the old one need it
    /// set again. Cut at any moment, the directory is either restored or one that restore takes again.
    ///
    /// - Parameter acceptingDamage: brings back what can be had of a backup whose check has findings.
    /// - Throws: `alreadyExists` when the directory holds data; `locked`; `corrupt` for a damaged backup; `notFound` when
    ///   it is none.
    public static func restore(
        _ path: String, _ options: MailStoreOptions, acceptingDamage: Bool = false, logger: Logger,
        progress: @escaping @Sendable (CopyProgress) -> Void = { _ in }
    ) async throws -> RestoreReport {
        let backup = try BackupFolder(path)
        let manifest = try BackupManifest.read(from: backup)
        let directory = try DataDirectory.prepare(options.directory)
        let lock = try DirectoryLock(path: directory.lock)
        defer { lock.release() }
        let folder = RestoreFolder(directory: directory)
        try folder.begin()
        try options.restoreReached(.begun)
        let control = CopyControl(progress)
        do {
            return try await control.run {
                try await RestoreRun(
                    backup: backup, manifest: manifest, folder: folder, options: options,
                    acceptsDamage: acceptingDamage, logger: logger, control: control
                ).run()
            }
        } catch {
            if !(error is RestoreCut) { folder.discard() }
            throw error
        }
    }
}

/// A test's stand-in for the end of the process: nothing is tidied up after it.
package struct RestoreCut: Error {
    package init() {}
}

/// One restore on its way.
private struct RestoreRun {
    let backup: BackupFolder
    let manifest: BackupManifest
    let folder: RestoreFolder
    let options: MailStoreOptions
    let acceptsDamage: Bool
    let logger: Logger
    let control: CopyControl

    func run() async throws -> RestoreReport {
        var report = CheckReport()
        let hadKey = try hasKey()
        let key = try SealingKey.load(options.key, isNewDirectory: true)
        try await copy(backup.database, to: folder.database, manifest.directory, place: "restante.db", &report)
        try options.restoreReached(.directoryCopied)
        let residents = try DirectoryCopy(path: folder.database).accounts()
        control.begin(.copying, accounts: residents.count)
        for resident in residents {
            control.nextAccount()
            try await copyAccount(resident.row.id, &report)
            try options.restoreReached(.accountCopied)
        }
        try requireWhole(report)
        let database = try DirectoryDatabase(path: folder.database)
        var without: [(user: String, maildrop: String)] = []
        control.begin(.checking, accounts: residents.count)
        do {
            for resident in residents {
                control.nextAccount()
                try control.check()
                let (found, maildrops) = try await begin(resident, key, database)
                report.merge(found)
                without += maildrops.map { (resident.user, $0) }
            }
            try database.beginAgain()
        } catch {
            try? database.close()
            throw error
        }
        try database.close()
        try requireWhole(report)
        try folder.finish(reached: options.restoreReached)
        return RestoreReport(
            manifest: manifest, check: report, maildropsWithoutPassword: without, isKeyNew: !hadKey)
    }

    private func hasKey() throws -> Bool {
        guard case .file(let path) = options.key else { return true }
        return try Files.entry(path) != nil
    }

    private func requireWhole(_ report: CheckReport) throws {
        guard !acceptsDamage, let first = report.findings.first else { return }
        throw MailStoreError(
            .corrupt,
            """
            The backup is damaged (\(report.findings.count) findings; the first: \(first.place): \(first.description)). \
            Restore an earlier one, or bring back what can be had of this one with --accept-damage.
            """)
    }

    private func copy(
        _ source: String, to target: String, _ expected: BackupManifest.File, place: String,
        _ report: inout CheckReport
    ) async throws {
        let found = try await CopyControl.beside {
            try FileCopying.copy(source, to: target)
            return try BackupManifest.File(of: target)
        }
        control.copied(found.octets)
        if found != expected {
            report.find(place, "\(source) is not the file that the manifest names: it was changed.")
        }
    }

    private func copyAccount(_ id: AccountID, _ report: inout CheckReport) async throws {
        let source = backup.account(id)
        let target = folder.account(id)
        guard let expected = manifest.accounts.first(where: { $0.id == id.description }) else {
            throw MailStoreError(.corrupt, "\(backup.manifest) does not name the account \(id).")
        }
        try Files.makeDirectory(target)
        try await copy(
            source + "/mail.db", to: target + "/mail.db", expected.database, place: id.description, &report)
        let control = control
        _ = try await CopyControl.beside {
            try BlobFileCopying(from: BlobFiles(accountFolder: source), to: target, reusing: nil).run(control)
        }
    }

    /// Begins the account's new life and looks at all of it.
    /// - Returns: what was found, and the maildrops whose password does not open.
    private func begin(
        _ resident: DirectoryCopy.Resident, _ key: SealingKey, _ database: DirectoryDatabase
    ) async throws -> (CheckReport, [String]) {
        let row = resident.row
        // Of another epoch than the folder is: so it begins a new one.
        let never = Epoch(rawValue: 0)
        let account = try await Account.open(
            AccountOptions(
                folder: folder.account(row.id), id: row.id, expected: (never, row.mark.modseq), limits: options.limits,
                key: key, clock: options.clock, logger: logger, changed: { _, _ in }))
        do {
            let report = try await account.check(control)
            let maildrops = try await account.read { reader in
                try reader.maildrops().filter { try reader.lostSecret(of: $0.id) != nil }
            }
            let mark = try await account.highWater()
            try await database.setMark(HighWater(epoch: mark.epoch, modseq: mark.modseq), of: row.id)
            await account.close()
            return (report, maildrops.map(\.settings.name))
        } catch {
            await account.close()
            throw error
        }
    }
}

extension DirectoryDatabase {
    fileprivate func setMark(_ mark: HighWater, of account: AccountID) async throws(MailStoreError) {
        try await write { database -> Void in
            try database.run(
                "UPDATE account SET epoch = ?, modseq = ? WHERE id = ?", .int(Int64(mark.epoch.rawValue)),
                .int(mark.modseq.rawValue), .int(account.rawValue))
        }
    }

    /// Numbers of accounts that were given out after the backup are not given out again; when maildrops are due has to be
    /// found out anew.
    fileprivate func beginAgain() throws(MailStoreError) {
        try write { database -> Void in
            try database.run("UPDATE accountNumber SET lastUsed = lastUsed + 1000")
            try database.run("DELETE FROM maildropDue")
            try database.run("UPDATE account SET hintsStale = 1")
            // Who signed out of a browser after the backup stays signed out.
            try database.run("DELETE FROM session")
            try database.run("UPDATE sqlite_sequence SET seq = seq + 1000")
            // Its place is noted when it is first opened there: the new epochs have begun.
            try database.run("UPDATE directory SET closedCleanly = 1, inode = NULL, madeAt = NULL")
        }
    }
}

extension AccountReader {
    /// Why a maildrop cannot sign in before anybody tries: its password or its grant was sealed with another key.
    package func lostSecret(of maildrop: MaildropID) throws -> MailStoreError? {
        do {
            _ = try password(of: maildrop)
            _ = try grant(of: maildrop)
            return nil
        } catch let error as MailStoreError where error.code == .badKey {
            return error
        }
    }
}
