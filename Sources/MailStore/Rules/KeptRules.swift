import MailModel
import Synchronization

/// An account's rules between one batch of mail and the next: read from disk once, and again when one has changed. Only
/// the account's writer asks for them and drops them, so that nobody is given those of a transaction that fails later.
final class KeptRules: Sendable {
    private let book = Mutex<RuleBook?>(nil)
    private let asksForLists = Atomic(false)

    /// Whether messages that are prepared are asked for their list; one that was prepared before is asked when it is
    /// stored.
    var wantsLists: Bool { asksForLists.load(ordering: .relaxed) }

    func value(_ read: () throws -> [MailRule]) rethrows -> RuleBook {
        if let book = book.withLock({ $0 }) { return book }
        let new = RuleBook(try read())
        book.withLock { $0 = new }
        asksForLists.store(new.rules.contains { $0.list != nil }, ordering: .relaxed)
        return new
    }

    /// A rule has changed, or is about to.
    func forget() { book.withLock { $0 = nil } }
}

extension AccountCore {
    /// For opening.
    func readRules() throws {
        try database.readNow { db in
            let reader = AccountReader(db: db, core: self, transaction: nil)
            _ = try rules.value { try reader.mailRules() }
        }
    }
}
