import Logging
import MailModel

/// What an account needs from whoever opens it.
struct AccountOptions: Sendable {
    /// The account's folder; it exists.
    var folder: String
    var id: AccountID
    /// What restante.db says devices may have been told; nil when it knows nothing yet. A folder that is of another epoch
    /// or behind this modseq begins a new epoch.
    var expected: (epoch: Epoch, modseq: Modseq)?
    var limits = Limits()
    /// What seals the maildrops' passwords.
    var key: SealingKey
    var clock: @Sendable () -> Timestamp
    var logger: Logger
    /// Called on the writer right after each commit that changed something: it must not wait.
    var changed: @Sendable (AccountChange) -> Void
    /// `PRAGMA synchronous=FULL`. False only in the control of the power-cut proof.
    var isSynchronousFull = true
    var fileSystem = FileSystem.posix
}

extension Account {
    /// Makes the files of a new account in an empty folder: the schema, and Inbox, Drafts, Sent, Archive, Junk and Trash.
    /// Everything is on disk when this returns, except the folder's own entry in its parent.
    static func create(_ options: AccountOptions) async throws -> Account { fatalError() }

    /// Opens an account's folder: sweeps what a crash left, begins a new epoch when it is behind.
    /// - Throws: `corrupt`, `tooNew`, `notFound`, `noPermission`.
    static func open(_ options: AccountOptions) async throws -> Account { fatalError() }

    /// Waits for writes on their way, checkpoints, closes. Later calls throw `closed`.
    func close() async { fatalError() }

    /// The epoch and the last modseq given out: what restante.db keeps as its high-water.
    func highWater() async throws -> (epoch: Epoch, modseq: Modseq) { fatalError() }

    /// Looks at the whole account in one snapshot; `MaildropCheck.run` looks at its maildrops.
    func check() async throws -> CheckReport { fatalError() }
}
