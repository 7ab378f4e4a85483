import GRDB
import MailModel

extension AccountCore {
    /// Runs `body` while no blob's file is unlinked: a snapshot that is taken in it finds every file it names.
    func holdingBlobs<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        blobFiles.beginHold()
        do {
            let result = try await body()
            await endHold()
            return result
        } catch {
            await endHold()
            throw error
        }
    }

    /// Runs `body` while new bodies go straight to their place.
    func withoutIntake<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        intake?.close()
        defer { intake?.reopen() }
        return try await body()
    }

    private func endHold() async {
        let files = blobFiles.endHold()
        guard !files.isEmpty else { return }
        // A file that cannot be looked up now goes when the account is opened again.
        try? await maintain { db in self.removeFiles(files, db) }
    }
}

extension Account {
    /// What the copy of an account's blob files came to.
    struct CopiedFiles: Sendable {
        var count = 0
        var octets = 0
        /// Of those, linked from an earlier backup.
        var reused = 0
    }

    /// Copies one snapshot of the account to a new folder, while it is read, polled and written to: mail.db and the blob
    /// files that it names. What can be made again is left out. Nothing is synced.
    ///
    /// - Parameter previous: the same account's folder in an earlier backup; its files are linked where they can be.
    func copy(to folder: String, reusing previous: String?, _ control: CopyControl) async throws -> CopiedFiles {
        try await core.holdingBlobs {
            try Files.makeDirectory(folder)
            try await core.withoutIntake {
                // What was on its way to the intake when it closed still arrives.
                repeat { try await core.file() } while try await !copyDatabase(to: folder, control)
            }
            let source = core.blobFiles
            return try await CopyControl.beside {
                try BlobFileCopying(from: source, to: folder, reusing: previous).run(control)
            }
        }
    }
}

extension Account {
    /// Copies a snapshot of mail.db unless bodies wait in the intake, which is not copied.
    private func copyDatabase(to folder: String, _ control: CopyControl) async throws -> Bool {
        try control.check()
        return try await core.read { reader in
            guard try !reader.hasWaitingBodies() else { return false }
            var last = 0
            try DatabaseCopying.copy(reader.db, to: folder + "/mail.db") { octets in
                control.copied(octets - last)
                last = octets
                try control.check()
            }
            return true
        }
    }
}

/// Copies the blob files that a copied mail.db names.
struct BlobFileCopying {
    private let source: BlobFiles
    private let target: BlobFiles
    private let previous: BlobFiles?
    private let database: String

    init(from source: BlobFiles, to folder: String, reusing previous: String?) {
        self.source = source
        target = BlobFiles(accountFolder: folder)
        self.previous = previous.map { BlobFiles(accountFolder: $0) }
        database = folder + "/mail.db"
    }

    func run(_ control: CopyControl) throws -> Account.CopiedFiles {
        let blobs = try MailDatabase(copyAt: database).readNow { db in
            try db.all("SELECT hash FROM blob WHERE format = 2 ORDER BY hash") { BlobID(hash: $0.blob(0)) }
        }
        try Files.makeDirectory(target.folder)
        var made: Set<String> = []
        var result = Account.CopiedFiles()
        for blob in blobs {
            try control.check()
            let path = target.path(of: blob)
            let prefix = Files.parent(of: path)
            if made.insert(prefix).inserted { try Files.makeDirectory(prefix) }
            if let previous, try FileCopying.link(previous.path(of: blob), to: path) {
                result.reused += 1
                result.octets += try FileCopying.size(of: path)
            } else if let octets = try copy(blob, to: path) {
                control.copied(octets)
                result.octets += octets
            }
            result.count += 1
        }
        return result
    }

    /// Puts the store's own files in the place of those that an earlier backup lent. The earlier one's stay as they are.
    /// - Returns: how many.
    func replaceLent(_ blobs: [BlobID]) throws -> Int {
        guard let previous else { return 0 }
        var count = 0
        for blob in blobs {
            let path = target.path(of: blob)
            guard try FileCopying.isSame(path, previous.path(of: blob)) else { continue }
            let new = path + ".new"
            guard try copy(blob, to: new) != nil else { continue }
            try Files.sync(new)
            // What is looked at next is what the disk holds.
            FileCopying.forgetCached(new)
            try Files.rename(new, to: path)
            try Files.sync(Files.parent(of: path))
            count += 1
        }
        return count
    }

    /// Nil when the file is missing: the check of the copy finds that out and says it, and the rest is worth having.
    private func copy(_ blob: BlobID, to path: String) throws -> Int? {
        let from = source.path(of: blob)
        guard try Files.entry(from) != nil else { return nil }
        return try FileCopying.copy(from, to: path)
    }
}
