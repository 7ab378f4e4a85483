import Foundation
import MailModel

/// A backup's folder: laid out as a data directory, with a manifest and without what can be made again.
struct BackupFolder: Sendable {
    let path: String

    var manifest: String { path + "/manifest.json" }
    var database: String { path + "/restante.db" }
    var accounts: String { path + "/accounts" }

    func account(_ id: AccountID) -> String { accounts + "/\(id)" }

    /// What file systems put at their top.
    private static let foreign: Set<String> = ["lost+found"]

    /// - Throws: `invalidProperty` for a path that is not absolute.
    init(_ path: String) throws(MailStoreError) {
        guard path.hasPrefix("/") else {
            throw MailStoreError(.invalidProperty("folder"), "A backup's folder is an absolute path, not \(path).")
        }
        self.path = path
    }

    /// Makes the folder, or makes sure that it is empty.
    /// - Returns: whether it was made.
    /// - Throws: `alreadyExists` when something is in it.
    func prepare(besides directory: DataDirectory) throws(MailStoreError) -> Bool {
        try requireApart(from: directory)
        guard try Files.entry(path) != nil else {
            try Files.makeDirectory(path)
            return true
        }
        let names = Set(try Files.names(in: path)).subtracting(Self.foreign)
        if names.isEmpty { return false }
        let isUnfinished = names.isSubset(of: ["restante.db", "accounts", "manifest.json.new"])
        throw MailStoreError(
            .alreadyExists,
            isUnfinished
                ? "\(path) holds a backup that was cut short: delete it, or name another folder."
                : "\(path) is not empty: a backup goes into a new or an empty folder.")
    }

    /// A copy inside what it copies would be swept or copied itself.
    private func requireApart(from directory: DataDirectory) throws(MailStoreError) {
        let data = Self.resolved(directory.path)
        let own = Self.resolved(path)
        guard own != data, !own.hasPrefix(data + "/"), !data.hasPrefix(own + "/") else {
            throw MailStoreError(
                .invalidProperty("folder"), "\(path) and the data directory \(directory.path) lie in one another.")
        }
    }

    /// Without symbolic links, as far as the path exists.
    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else {
            let parent = Files.parent(of: path)
            guard parent != path, parent != "." else { return path }
            return resolved(parent) + "/" + (path as NSString).lastPathComponent
        }
        defer { free(real) }
        return String(cString: real)
    }

    /// Takes away what an unfinished backup has made; as well as it can.
    func discard(isOwn: Bool) {
        for name in ["manifest.json.new", "manifest.json", "restante.db", "restante.db-journal", "accounts"] {
            try? Files.removeTree(path + "/" + name)
        }
        if isOwn { try? Files.removeTree(path) }
    }
}
