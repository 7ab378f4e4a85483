import GRDB
import MailModel

extension Account {
    /// Looks at the whole account in one snapshot: what SQLite says, every rule between rows, every blob's octets, the
    /// blob files, the maildrops. Files without a row are counted: a crash may leave them, and they harm nobody. No blob's
    /// file is unlinked meanwhile.
    ///
    /// - Parameter rulesChecked: for tests, called between the rules and the blobs.
    /// - Throws: `closed` once `control` says that nobody wants it any more.
    func check(
        _ control: CopyControl = CopyControl { _ in }, rulesChecked: @escaping @Sendable () -> Void = {}
    ) async throws -> CheckReport {
        try await core.holdingBlobs {
            try await read { reader in
                try control.interrupting(reader.db) {
                    var report = CheckReport()
                    let check = AccountCheck(reader: reader, control: control)
                    try check.pages(&report)
                    try check.rules(&report)
                    rulesChecked()
                    try check.emails(&report)
                    try check.blobs(&report)
                    try MaildropCheck.run(on: reader, into: &report)
                    return report
                }
            }
        }
    }
}

/// One look at an account; every part adds what it finds.
struct AccountCheck {
    let reader: AccountReader
    let control: CopyControl
    private var place: String { reader.core.id.description }
    private var db: Database { reader.db }

    /// What SQLite itself can tell.
    func pages(_ report: inout CheckReport) throws {
        for line in try db.all("PRAGMA integrity_check", body: { $0.text(0) }) where line != "ok" {
            report.find(place, "SQLite reports: \(line).")
        }
        for row in try db.all("PRAGMA foreign_key_check", body: { ($0.text(0), $0.text(2)) }) {
            report.find(place, "A row of \(row.0) refers to one of \(row.1) that is not there.")
        }
    }

    /// Each rule is a query for what breaks it.
    func rules(_ report: inout CheckReport) throws {
        for rule in AccountRule.all {
            try control.check()
            let broken = try db.all(rule.sql + " LIMIT 20") { $0.int(0) }
            for object in broken { report.find(place, "\(rule.sentence): \(object).") }
        }
        for (what, table) in [
            ("mailboxes", "mailbox"), ("emails", "email"), ("threads", "thread"), ("blobs", "blob"),
            ("changes", "change"),
        ] {
            report.count(what, try db.first("SELECT count(*) FROM \(table)") { Int($0.int(0)) } ?? 0)
        }
        try tree(&report)
    }

    private func tree(_ report: inout CheckReport) throws {
        let tree = try MailboxTree(reader: reader)
        for id in tree.nodes.keys.sorted() {
            if let problem = tree.problem(with: id) { report.find(place, "Mailbox \(id): \(problem.message)") }
        }
    }

    /// What the rows say of each message can be read.
    func emails(_ report: inout CheckReport) throws {
        for id in try db.all("SELECT id FROM email ORDER BY id", body: { EmailID(rawValue: $0.int(0)) }) {
            try control.check()
            do {
                _ = try reader.emails([id])
                _ = try reader.structure(of: id)
            } catch let error as MailStoreError {
                report.find(place, error.message)
            }
        }
    }

    /// Every blob is there and is what its id says.
    func blobs(_ report: inout CheckReport) throws {
        var files: Set<BlobID> = []
        for (hash, format) in try db.all("SELECT hash, format FROM blob", body: { ($0.blob(0), $0.int(1)) }) {
            try control.check()
            let id = BlobID(hash: hash)
            if format == BlobFormat.file.rawValue { files.insert(id) }
            do {
                let isWhole = try reader.isWhole(id)
                guard !isWhole else { continue }
                report.find(place, "The octets of blob \(id) are not those it was stored with.")
            } catch let error as MailStoreError {
                report.find(place, error.message)
            }
            report.damagedBlobs.append(id)
        }
        if reader.core.intake != nil {
            files.subtract(
                try db.all("SELECT b.hash FROM intake i JOIN blob b ON b.id = i.blob") { BlobID(hash: $0.blob(0)) })
            report.count("waitingBodies", try db.first("SELECT count(*) FROM intake") { Int($0.int(0)) } ?? 0)
        }
        let orphans = try reader.core.blobFiles.stored().subtracting(files)
        report.count("blobFiles", files.count)
        report.count("orphanFiles", orphans.count)
    }
}
