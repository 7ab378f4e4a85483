import GRDB
import Logging
import MailModel

extension Account {
    /// Makes the files of a new account in an empty folder: the schema, and Inbox, Drafts, Sent, Archive, Junk and Trash.
    /// Everything is on disk when this returns, except the folder's own entry in its parent.
    static func create(_ options: AccountOptions) async throws -> Account {
        let database = try MailDatabase(
            path: options.folder + "/mail.db", isSynchronousFull: options.isSynchronousFull)
        let epoch = Epoch(rawValue: UInt32.random(in: 1...UInt32.max))
        _ = try database.writeNow { db in
            try db.run(
                "INSERT INTO meta (id, account, epoch, modseq, nextMailbox, nextEmail, nextThread, uidValidity) "
                    + "VALUES (1, ?, ?, 0, 1, 1, 1, 0)", .int(options.id.rawValue),
                .int(Int64(epoch.rawValue)))
        }
        let account = try assemble(options, database, epoch: epoch)
        try await account.write { writer in
            for (role, name) in standardMailboxes {
                _ = try writer.createMailbox(NewMailbox(name: name, role: role, sortOrder: role == .inbox ? 0 : 10))
            }
        }
        try await account.core.settleOctetsLimit()
        try options.fileSystem.syncFolder(options.folder)
        account.core.startHousekeeping()
        return account
    }

    private static let standardMailboxes: [(MailboxRole, String)] = [
        (.inbox, "Inbox"), (.drafts, "Drafts"), (.sent, "Sent"), (.archive, "Archive"), (.junk, "Junk"),
        (.trash, "Trash"),
    ]

    /// Opens an account's folder: sweeps what a crash left, begins a new epoch when it is behind.
    /// - Throws: `corrupt`, `tooNew`, `noPermission`.
    static func open(_ options: AccountOptions) async throws -> Account {
        // A migration of a large account takes its time.
        let account = try await CopyControl.beside { try openNow(options) }
        try await account.core.settleOctetsLimit()
        return account
    }

    private static func openNow(_ options: AccountOptions) throws -> Account {
        let path = options.folder + "/mail.db"
        guard try Files.entry(path) != nil else {
            throw MailStoreError(.corrupt, "There is no \(path): put it back or restore a backup.")
        }
        let database = try MailDatabase(path: path, isSynchronousFull: options.isSynchronousFull)
        let stored = try database.readNow { db in
            try db.first("SELECT account, epoch, modseq FROM meta WHERE id = 1") { row in
                (account: row.int(0), epoch: row.int(1), modseq: row.int(2))
            }
        }
        guard let stored, stored.account == options.id.rawValue, let number = UInt32(exactly: stored.epoch) else {
            throw MailStoreError(.corrupt, "\(path) is not the database of account \(options.id).")
        }
        var epoch = Epoch(rawValue: number)
        if let expected = options.expected, expected.epoch != epoch || expected.modseq.rawValue > stored.modseq {
            epoch = try beginEpoch(after: epoch, expected: expected.modseq.rawValue, database, options)
        }
        let account = try assemble(options, database, epoch: epoch)
        try account.core.sweepFiles()
        try account.core.openIntake()
        try account.core.findUnclaimedImports()
        try account.core.readRules()
        account.core.startHousekeeping()
        return account
    }

    /// The folder is older than what devices were told. New states and UIDVALIDITYs tell them so, and ids jump far enough
    /// that none which was given out in the lost time is given out for something else.
    private static func beginEpoch(
        after old: Epoch, expected modseq: Int64, _ database: MailDatabase, _ options: AccountOptions
    ) throws -> Epoch {
        var epoch = old
        while epoch == old { epoch = Epoch(rawValue: UInt32.random(in: 1...UInt32.max)) }
        try database.writeNow { db in
            // Every id that was given out took a modseq, and modseqs that were never written down are few.
            try db.run(
                """
                UPDATE meta SET epoch = ?1, modseq = max(modseq, ?2) + 1000000, nextMailbox = nextMailbox + ?3,
                nextEmail = nextEmail + ?3, nextThread = nextThread + ?3, uidValidity = max(uidValidity + 1, ?4)
                """,
                .int(Int64(epoch.rawValue)), .int(modseq), .int(1_000_000 + max(0, modseq)),
                .int(options.clock().seconds))
            for table in ["maildrop", "maildropRecord", "identity", "submission", "mailRule"] {
                try db.run(
                    "INSERT INTO sqlite_sequence SELECT ?1, 0 WHERE ?1 NOT IN (SELECT name FROM sqlite_sequence)",
                    .text(table))
                try db.run(
                    "UPDATE sqlite_sequence SET seq = seq + ? WHERE name = ?", .int(1_000_000 + max(0, modseq)),
                    .text(table))
            }
            try db.doubtSubmissions()
            for table in ["change", "changeTime", "expunged"] { try db.run("DELETE FROM \(table)") }
            try db.run("UPDATE state SET modseq = (SELECT modseq FROM meta), lowWater = (SELECT modseq FROM meta)")
            let mailboxes = try db.all("SELECT id FROM mailbox ORDER BY id") { $0.int(0) }
            for mailbox in mailboxes {
                try db.run(
                    "UPDATE mailbox SET uidValidity = (SELECT uidValidity FROM meta) WHERE id = ?", .int(mailbox))
                try db.run("UPDATE meta SET uidValidity = uidValidity + 1")
            }
        }
        options.logger.notice(
            "An account's folder is older than what devices were told: it begins a new epoch",
            metadata: ["account": "\(options.id)"])
        return epoch
    }

    private static func assemble(
        _ options: AccountOptions, _ database: MailDatabase, epoch: Epoch
    ) throws -> Account {
        let files = BlobFiles(accountFolder: options.folder, system: options.fileSystem)
        let intake = Intake(accountFolder: options.folder, system: options.fileSystem, limit: options.intakeLimit)
        for folder in [files.folder, files.temporaryFolder, intake.folder] { try options.fileSystem.makeFolder(folder) }
        let core = AccountCore(
            options: options, database: database, epoch: epoch, blobFiles: files, intake: intake,
            guardian: try ParseGuard(path: options.folder + "/parsing"),
            search: SearchIndex(path: options.folder + "/search.db", account: options.id, epoch: epoch))
        return Account(core: core)
    }

    /// Waits for writes on their way, checkpoints, closes. Later calls throw `closed`.
    func close() async { await core.close() }

    /// The epoch and the last modseq given out: what restante.db keeps as its high-water.
    func highWater() async throws -> (epoch: Epoch, modseq: Modseq) {
        let modseq = try await read { try $0.modseq() }
        return (epoch, modseq)
    }
}
