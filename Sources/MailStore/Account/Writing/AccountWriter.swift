import GRDB
import MailModel

/// One transaction on an account. It lives only inside the closure it was given to. A verb that throws `MailStoreError`
/// for a reason of its own (not found, invalid, already there) has changed nothing, and the transaction may go on.
public struct AccountWriter {
    let db: Database
    let core: AccountCore

    /// The account as this transaction sees it, its own changes included.
    public var reader: AccountReader { AccountReader(db: db, core: core) }
}
