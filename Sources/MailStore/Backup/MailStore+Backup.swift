import Logging
public import MailModel

/// What a backup came to.
public struct BackupReport: Sendable {
    public let manifest: BackupManifest
    /// What the check of the copy found and counted, and which accounts could not be copied. Findings are faults of the
    /// store itself: the copy is kept.
    public let check: CheckReport
    /// Blob files that an earlier backup lent.
    public let reusedFiles: Int
}

extension MailStore {
    /// Copies everything to a new or empty folder while the store is in use: restante.db first, then each account that it
    /// names, each in one snapshot; then syncs the copy, drops it from the kernel's memory, reads every row and octet of it
    /// back, and writes the manifest last.
    ///
    /// An account that was created meanwhile is not in the copy, one that was removed is taken out of it. So is one that
    /// cannot be read, which is a finding: everybody else's mail is worth having. The sealing key is never in it, nor are
    /// text indexes.
    ///
    /// - Parameter previous: an earlier backup: its blob files are linked instead of copied where they are the same, and
    ///   copied after all where they have been damaged since.
    /// - Throws: `alreadyExists` when the folder is not empty; when it throws, the folder is as it was.
    public func backup(
        to path: String, reusing previous: String? = nil,
        progress: @escaping @Sendable (CopyProgress) -> Void = { _ in }
    ) async throws -> BackupReport {
        let folder = try BackupFolder(path)
        let earlier = try previous.map { path throws(MailStoreError) in try BackupFolder(path) }
        if let earlier { _ = try BackupManifest.read(from: earlier) }
        let isOwn = try folder.prepare(besides: directory)
        let control = CopyControl(progress)
        var record = BackupRecord(begun: options.clock(), folder: folder.path)
        do {
            let report = try await control.run {
                try await BackupRun(store: self, folder: folder, previous: earlier, control: control).run()
            }
            record.take(report)
            await keep(record)
            return report
        } catch {
            folder.discard(isOwn: isOwn)
            record.error = (error as? MailStoreError)?.message ?? "The backup was broken off."
            await keep(record)
            throw error
        }
    }

    /// Looks at a backup: its files are those of the manifest, and every row and octet in them is what it was stored as.
    /// The folder is read alone.
    /// - Throws: `notFound` when it is no finished backup; `tooNew`, `corrupt`.
    public static func verifyBackup(
        _ path: String, limits: Limits = .init(), progress: @escaping @Sendable (CopyProgress) -> Void = { _ in }
    ) async throws -> BackupReport {
        let folder = try BackupFolder(path)
        let manifest = try BackupManifest.read(from: folder)
        let control = CopyControl(progress)
        let report = try await control.run {
            try await BackupCheck(folder: folder, limits: limits).run(against: manifest, control)
        }
        return BackupReport(manifest: manifest, check: report, reusedFiles: 0)
    }
}

/// One backup on its way.
private struct BackupRun {
    let store: MailStore
    let folder: BackupFolder
    let previous: BackupFolder?
    let control: CopyControl

    private struct Copied: Sendable {
        let resident: DirectoryCopy.Resident
        let files: Account.CopiedFiles
    }

    func run() async throws -> BackupReport {
        let begunAt = store.options.clock()
        let directory = DirectoryCopy(path: folder.database)
        let target = folder.database
        try await store.database.read { try DatabaseCopying.copy($0, to: target) { _ in } }
        try Files.makeDirectory(folder.accounts)
        let (copied, unreadable) = try await copyAccounts(directory)
        let folder = folder
        try await CopyControl.beside {
            try FileCopying.syncFileSystem(of: folder.path)
            // What is checked now is what the disk holds.
            try Files.eachFile(below: folder.path) { FileCopying.forgetCached($0) }
        }
        let check = BackupCheck(folder: folder, limits: store.options.limits)
        var mended = 0
        var (report, emails) = try await check.run(copied.map(\.resident), control) { id, blobs in
            let count = try await replaceLent(blobs, of: id)
            mended += count
            return count > 0
        }
        report.findings = unreadable + report.findings
        let manifest = BackupManifest(
            format: BackupManifest.currentFormat, begunAt: begunAt.description,
            endedAt: store.options.clock().description, directory: try await file(folder.database),
            accounts: try await describe(copied, emails: emails),
            findings: report.findings.prefix(100).map(\.description))
        try manifest.write(to: folder)
        try Files.sync(Files.parent(of: folder.path))
        return BackupReport(
            manifest: manifest, check: report, reusedFiles: copied.reduce(0) { $0 + $1.files.reused } - mended)
    }

    /// - Returns: how many bodies that the earlier backup lent were copied from the store instead.
    private func replaceLent(_ blobs: [BlobID], of id: AccountID) async throws -> Int {
        guard let previous, let account = try? await store.account(id) else { return 0 }
        let copying = BlobFileCopying(
            from: account.core.blobFiles, to: folder.account(id), reusing: previous.account(id))
        return try await CopyControl.beside { try copying.replaceLent(blobs) }
    }

    private func copyAccounts(
        _ directory: DirectoryCopy
    ) async throws -> (copied: [Copied], unreadable: [CheckFinding]) {
        let residents = try directory.accounts()
        control.begin(.copying, accounts: residents.count)
        var copied: [Copied] = []
        var gone: Set<AccountID> = []
        var unreadable: [CheckFinding] = []
        for resident in residents {
            control.nextAccount()
            switch try await copy(resident) {
            case .copied(let files):
                copied.append(Copied(resident: resident, files: files))
                continue
            case .removed: break
            case .unreadable(let finding): unreadable.append(finding)
            }
            gone.insert(resident.row.id)
            try Files.removeTree(folder.account(resident.row.id))
        }
        try directory.drop(gone)
        return (copied, unreadable)
    }

    private enum Outcome {
        case copied(Account.CopiedFiles)
        /// Or being removed.
        case removed
        case unreadable(CheckFinding)
    }

    private func copy(_ resident: DirectoryCopy.Resident) async throws -> Outcome {
        let id = resident.row.id
        guard !resident.row.isRemoving else { return .removed }
        var isOpen = false
        do {
            let account = try await store.account(id)
            isOpen = true
            return .copied(
                try await account.copy(to: folder.account(id), reusing: previous?.account(id), control))
        } catch {
            try control.check()
            guard try await store.accounts().contains(id) else { return .removed }
            // Once it is open, whatever is not the account's own damage is the target's.
            let code = (error as? MailStoreError)?.code
            guard code == .corrupt || !isOpen && code != .closed else { throw error }
            return .unreadable(
                CheckFinding(
                    place: id.description, "The account of \(resident.user) cannot be read and is not in it: \(error)"))
        }
    }

    private func describe(_ copied: [Copied], emails: [AccountID: Int]) async throws -> [BackupManifest.Account] {
        var accounts: [BackupManifest.Account] = []
        for account in copied {
            let id = account.resident.row.id
            accounts.append(
                .init(
                    id: id.description, user: account.resident.user, emails: emails[id] ?? 0,
                    database: try await file(folder.account(id) + "/mail.db"), blobFiles: account.files.count,
                    blobOctets: account.files.octets))
        }
        return accounts
    }

    private func file(_ path: String) async throws -> BackupManifest.File {
        try await CopyControl.beside { try BackupManifest.File(of: path) }
    }
}
