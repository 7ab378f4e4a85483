import GRDB
public import MailModel

/// One transaction on an account. It lives only inside the closure it was given to. A verb that throws `MailStoreError`
/// for a reason of its own (not found, invalid, already there) has changed nothing, and the transaction may go on.
public struct AccountWriter {
    let db: Database
    let core: AccountCore
    let transaction: Transaction

    /// The account as this transaction sees it, its own changes included.
    public var reader: AccountReader { AccountReader(db: db, core: core, transaction: transaction) }

    /// The time of this transaction.
    public var now: Timestamp { transaction.now }

    /// Notes that something happened to an object of `type`; the change is logged, and told, with the commit. For types
    /// whose objects other files of this module keep (Maildrop).
    @discardableResult
    func note(_ kind: ChangeKind, _ type: DataType, _ object: Int64) throws -> Modseq {
        transaction.note(kind, type, object)
    }
}
