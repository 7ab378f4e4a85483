import MailModel

/// Looks at a backup without writing to it.
struct BackupCheck: Sendable {
    let folder: BackupFolder
    let limits: Limits

    /// Holds every file against the manifest, then looks into all.
    func run(against manifest: BackupManifest, _ control: CopyControl) async throws -> CheckReport {
        var report = CheckReport()
        await compare(folder.database, manifest.directory, place: "restante.db", &report)
        for account in manifest.accounts {
            guard let id = AccountID(account.id) else {
                throw MailStoreError(.corrupt, "\(folder.manifest) names an account that cannot be.")
            }
            await compare(folder.account(id) + "/mail.db", account.database, place: account.id, &report)
        }
        let residents = try DirectoryCopy(path: folder.database).accounts()
        if Set(residents.map(\.row.id.description)) != Set(manifest.accounts.map(\.id)) {
            report.find("manifest.json", "It names other accounts than restante.db does.")
        }
        report.merge(try await run(residents, control).report)
        return report
    }

    private func compare(
        _ path: String, _ expected: BackupManifest.File, place: String, _ report: inout CheckReport
    ) async {
        do {
            let found = try await CopyControl.beside { try BackupManifest.File(of: path) }
            if found != expected {
                report.find(place, "\(path) is not the file that the manifest names: it was changed.")
            }
        } catch {
            report.find(place, "\(path) cannot be read: \(error).")
        }
    }

    /// Looks into restante.db and every account.
    ///
    /// - Parameter mend: puts whole bodies in the place of damaged ones where it can, and says whether it did: then the
    ///   account is looked at again.
    func run(
        _ residents: [DirectoryCopy.Resident], _ control: CopyControl,
        mend: (AccountID, [BlobID]) async throws -> Bool = { _, _ in false }
    ) async throws -> (report: CheckReport, emails: [AccountID: Int]) {
        var report = try DirectoryCopy(path: folder.database).check()
        var emails: [AccountID: Int] = [:]
        control.begin(.checking, accounts: residents.count)
        for resident in residents {
            let id = resident.row.id
            control.nextAccount()
            try control.check()
            report.count("accounts")
            do {
                let copy = AccountCopy(id: id, folder: folder.account(id), limits: limits)
                var found = try await copy.check(control)
                if !found.damagedBlobs.isEmpty, try await mend(id, found.damagedBlobs) {
                    found = try await copy.check(control)
                }
                emails[id] = found.counts["emails"]
                report.merge(found)
            } catch {
                try control.check()
                report.find(id.description, "The account could not be checked: \(error).")
            }
        }
        return (report, emails)
    }
}

extension Files {
    /// Gives every file below a folder to `body`; folders are not given.
    static func eachFile(below path: String, _ body: (String) -> Void) throws(MailStoreError) {
        for name in try names(in: path) {
            let child = path + "/" + name
            if try entry(child)?.isDirectory == true { try eachFile(below: child, body) } else { body(child) }
        }
    }
}
