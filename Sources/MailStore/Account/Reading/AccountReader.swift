import GRDB
public import MailModel

/// One snapshot of an account. It lives only inside the closure it was given to.
public struct AccountReader {
    let db: Database
    let core: AccountCore

    /// The life of the account's state.
    public var epoch: Epoch { core.epoch }
}
