import GRDB
public import MailModel

/// One snapshot of an account. It lives only inside the closure it was given to.
public struct AccountReader {
    let db: Database
    let core: AccountCore
    /// The write this reader looks from, if any.
    let transaction: Transaction?
    /// What can be read of the intake, whatever is brought to its place meanwhile.
    let intakeFiles: [Int64: IntakeFile]

    /// Made before anything is read: that is when the snapshot begins.
    init(db: Database, core: AccountCore, transaction: Transaction?) {
        self.db = db
        self.core = core
        self.transaction = transaction
        intakeFiles = core.intake?.files ?? [:]
    }

    /// The life of the account's state.
    public var epoch: Epoch { core.epoch }

    /// The state of a type: it changes whenever anything of that type does (RFC 8620 §5.1). Inside a write, the state
    /// that committing so far would give.
    public func state(of type: DataType) throws -> StateToken {
        try transaction?.flush()
        if let pending = transaction?.state(of: type) { return pending }
        return try storedState(of: type)
    }

    func storedState(of type: DataType) throws -> StateToken {
        let modseq = try db.first("SELECT modseq FROM state WHERE type = ?", .int(type.number)) { $0.int(0) }
        return StateToken(epoch: epoch, modseq: Modseq(rawValue: modseq ?? 0))
    }

    /// The last modseq given out.
    public func modseq() throws -> Modseq {
        if let transaction { return Modseq(rawValue: transaction.counters.modseq) }
        return Modseq(rawValue: try db.first("SELECT modseq FROM meta WHERE id = 1") { $0.int(0) } ?? 0)
    }
}
