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
    /// Called on the writer right after each commit that changed something, with the last modseq given out: it must not
    /// wait.
    var changed: @Sendable (AccountChange, _ reached: Modseq) -> Void
    /// `PRAGMA synchronous=FULL`. False only in the control of the power-cut proof.
    var isSynchronousFull = true
    var fileSystem = FileSystem.posix
    /// Octets of new mail that may wait to be compressed.
    var intakeLimit = Intake.limit
    /// When a page of what has common words is walked to.
    var textWalk = TextWalk.Bounds()
}
