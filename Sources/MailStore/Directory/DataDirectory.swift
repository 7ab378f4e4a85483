import Foundation

/// Where everything lies: the one folder that a process owns while it runs.
struct DataDirectory: Sendable {
    let path: String

    var database: String { path + "/restante.db" }
    var lock: String { path + "/lock" }
    var accounts: String { path + "/accounts" }
    /// Folders that no row knows: kept for a person to look at.
    var setAside: String { path + "/set-aside" }
    /// What a restore builds before it takes its place.
    var restoring: String { path + "/.restoring" }

    /// Creates the folder (0700) and those above it where they are missing, and makes sure that this process may use it.
    ///
    /// A process of another user than the folder's owner is refused, root too: it would leave files behind that the owner
    /// cannot open.
    static func prepare(_ path: String) throws(MailStoreError) -> DataDirectory {
        let directory = DataDirectory(path: path)
        guard path.hasPrefix("/") else {
            throw MailStoreError(.inputOutput, "The data directory must be an absolute path, not \(path).")
        }
        if try Files.entry(path) == nil { try create(path, mode: 0o700) }
        // A symbolic link to the folder is a common set-up: ask for what it leads to.
        var status = stat()
        guard stat(path, &status) == 0 else { throw Files.failure("look at", path) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw MailStoreError(.inputOutput, "The data directory \(path) is not a folder.")
        }
        try requireOwner(status.st_uid, of: path)
        if status.st_mode & 0o077 != 0 { try Files.setPermissions(path, 0o700) }
        guard access(path, R_OK | W_OK | X_OK) == 0 else { throw Files.failure("use", path) }
        if try Files.entry(directory.accounts) == nil {
            try Files.makeDirectory(directory.accounts)
            try Files.sync(path)
        }
        return directory
    }

    private static func create(_ path: String, mode: mode_t) throws(MailStoreError) {
        let parent = Files.parent(of: path)
        if access(parent, F_OK) != 0 { try create(parent, mode: 0o755) }
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw Files.failure("create", path) }
        try Files.sync(parent)
    }

    private static func requireOwner(_ owner: uid_t, of path: String) throws(MailStoreError) {
        guard owner != geteuid() else { return }
        let name = getpwuid(owner).map { String(cString: $0.pointee.pw_name) } ?? String(owner)
        throw MailStoreError(
            .notOwner,
            "The data directory \(path) belongs to the user \(name): run this as \(name) (sudo -u \(name) restante …).")
    }
}
