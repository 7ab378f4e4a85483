import Logging
import MailModel

/// The accounts' folders: how one comes to be and how one goes, so that a cut at any step leaves either all or nothing
/// after the next start.
///
/// *Create*: take a number that was never used, build `accounts/.new-<id>`, sync it, rename it, sync the parent; only then
/// is the row committed. *Remove*: mark the row (the caller did), rename the folder away, sync the parent, delete it; only
/// then is the row dropped.
struct AccountFolders: Sendable {
    let directory: DataDirectory
    let reached: @Sendable (DirectoryStep) throws(MailStoreError) -> Void

    private static let beingMade = ".new-"
    private static let beingRemoved = ".removed-"

    /// Builds the account's folder and puts it in its place, durably. Returns where, relative to the data directory.
    func create(
        _ id: AccountID, build: (_ folder: String) async throws(MailStoreError) -> HighWater
    ) async throws(MailStoreError) -> (folder: String, mark: HighWater) {
        let building = directory.accounts + "/" + Self.beingMade + id.description
        try Files.removeTree(building)
        try Files.makeDirectory(building)
        let mark: HighWater
        do throws(MailStoreError) {
            mark = try await build(building)
        } catch {
            try? Files.removeTree(building)
            throw error
        }
        try reached(.accountBuilt)
        try syncTree(building)
        try reached(.accountSynced)
        let folder = "accounts/\(id)"
        try Files.rename(building, to: directory.path + "/" + folder)
        try reached(.accountRenamed)
        try Files.sync(directory.accounts)
        try reached(.parentSynced)
        return (folder, mark)
    }

    /// Takes an account's folder away; it is no error if an earlier try did already.
    func remove(_ id: AccountID, folder: String) throws(MailStoreError) {
        let folder = directory.path + "/" + folder
        let going = directory.accounts + "/" + Self.beingRemoved + id.description
        if try Files.entry(folder) != nil {
            try Files.removeTree(going)
            try Files.rename(folder, to: going)
        }
        try reached(.folderRenamed)
        try Files.sync(directory.accounts)
        try reached(.removalSynced)
        try Files.removeTree(going)
        try Files.sync(directory.accounts)
        try reached(.folderDeleted)
    }

    /// Sweeps what interrupted work left, and sets aside folders that no row knows. Returns the latter's new places.
    func recover(known: Set<String>, now: Timestamp, logger: Logger) throws(MailStoreError) -> [String] {
        var setAside: [String] = []
        for name in try Files.names(in: directory.accounts) {
            let path = directory.accounts + "/" + name
            if name.hasPrefix(Self.beingMade) || name.hasPrefix(Self.beingRemoved) {
                logger.info("Sweeping an unfinished account folder", metadata: ["folder": "\(name)"])
                try Files.removeTree(path)
            } else if !known.contains("accounts/" + name) {
                setAside.append(try self.setAside(name, now: now))
            }
        }
        return setAside
    }

    private func setAside(_ name: String, now: Timestamp) throws(MailStoreError) -> String {
        if try Files.entry(directory.setAside) == nil {
            try Files.makeDirectory(directory.setAside)
            try Files.sync(directory.path)
        }
        let place = directory.setAside + "/\(name)-\(now.milliseconds)"
        try Files.rename(directory.accounts + "/" + name, to: place)
        try Files.sync(directory.setAside)
        try Files.sync(directory.accounts)
        return place
    }

    /// The highest number that any folder here ever carried: a number is never given to a second account.
    func highestNumber() throws(MailStoreError) -> Int64 {
        var names = try Files.names(in: directory.accounts)
        if try Files.entry(directory.setAside) != nil { names += try Files.names(in: directory.setAside) }
        return names.compactMap { name in
            AccountID(name.drop { $0 != "a" }.prefix { $0 != "-" })?.rawValue
        }.max() ?? 0
    }

    private func syncTree(_ path: String) throws(MailStoreError) {
        for name in try Files.names(in: path) {
            let child = path + "/" + name
            if try Files.entry(child)?.isDirectory == true { try syncTree(child) } else { try Files.sync(child) }
        }
        try Files.sync(path)
    }
}
