import GRDB
import MailModel

extension MailStore {
    /// Looks at everything: restante.db, every account's database, every blob's octets. The store stays in use meanwhile;
    /// each account is looked at in one snapshot, and nothing that it names goes meanwhile.
    ///
    /// - Throws: `closed` when its task was cancelled: nobody waits for the report any more.
    public func check() async throws -> CheckReport {
        let control = CopyControl { _ in }
        return try await control.run { try await check(control) }
    }

    private func check(_ control: CopyControl) async throws -> CheckReport {
        var report = await checkDirectory()
        // Reading the directory fails too when its task is cancelled: that is no finding.
        try control.check()
        report.notices += setAsideFolders().map {
            "The folder \($0) is of no account and was set aside: delete it, or find out whose it is."
        }
        guard let ids = try? await accounts() else {
            try control.check()
            return report
        }
        for id in ids {
            try control.check()
            report.count("accounts")
            do {
                let account = try await account(id)
                report.merge(try await account.check(control))
                try await checkSnoozes(of: account, &report)
            } catch {
                try control.check()
                report.find(id.description, "The account could not be checked: \(error).")
            }
        }
        return report
    }

    /// Whoever brings snoozed emails back looks only into accounts that it knows of.
    private func checkSnoozes(of account: Account, _ report: inout CheckReport) async throws {
        guard try await account.read({ try $0.nextSnooze() }) != nil else { return }
        guard try await !snoozers.accounts().contains(account.id) else { return }
        report.find(account.id.description, "Emails are put away, and restante.db does not know that some are.")
    }

    private func setAsideFolders() -> [String] {
        let names = (try? Files.entry(directory.setAside)).flatMap { _ in try? Files.names(in: directory.setAside) }
        return (names ?? []).map { directory.setAside + "/" + $0 }
    }

    private func checkDirectory() async -> CheckReport {
        let directory = directory
        do {
            return try await database.read { database in
                var report = CheckReport()
                try Self.checkPages(database, &report)
                try Self.checkPeople(database, &report)
                for row in try AccountRow.all(database) where !row.isRemoving {
                    if try Files.entry(directory.path + "/" + row.folder)?.isDirectory != true {
                        report.find("restante.db", "Account \(row.id) has no folder \(row.folder).")
                    }
                }
                return report
            }
        } catch {
            var report = CheckReport()
            report.find("restante.db", error.message)
            return report
        }
    }

    static func checkPages(_ database: Database, _ report: inout CheckReport) throws {
        for line in try String.fetchAll(database, sql: "PRAGMA integrity_check") where line != "ok" {
            report.find("restante.db", "SQLite reports: \(line).")
        }
        for row in try Row.fetchAll(database, sql: "PRAGMA foreign_key_check") {
            report.find(
                "restante.db", "A row of \(row[0] as String) refers to one of \(row[2] as String) that is not there.")
        }
    }

    static func checkPeople(_ database: Database, _ report: inout CheckReport) throws {
        let users = try Int.fetchOne(database, sql: "SELECT count(*) FROM user") ?? 0
        let administrators =
            try Int.fetchOne(database, sql: "SELECT count(*) FROM user WHERE role = 'administrator'") ?? 0
        let homeless =
            try String.fetchAll(
                database, sql: "SELECT name FROM user WHERE id NOT IN (SELECT user FROM account)")
        report.count("users", users)
        report.count("devices", try Int.fetchOne(database, sql: "SELECT count(*) FROM device") ?? 0)
        report.count("sessions", try Int.fetchOne(database, sql: "SELECT count(*) FROM session") ?? 0)
        try checkPasskeys(database, &report)
        report.count(
            "pushSubscriptions", try Int.fetchOne(database, sql: "SELECT count(*) FROM pushSubscription") ?? 0)
        if users > 0, administrators == 0 { report.find("restante.db", "No user is administrator.") }
        for name in homeless { report.find("restante.db", "The user \(name) has no account.") }
        let last = try Int64.fetchOne(database, sql: "SELECT lastUsed FROM accountNumber") ?? 0
        let highest = try Int64.fetchOne(database, sql: "SELECT max(id) FROM account") ?? 0
        if highest > last {
            report.find("restante.db", "The account number \(highest) is past the last one given out.")
        }
    }
}
