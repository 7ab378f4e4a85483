import MailModel
import MailStore

extension Maildrop {
    /// Unique-ids mean nothing at another host or for another user: when somebody changed either in the middle of a poll,
    /// nothing that the poll learnt must be recorded. To be called in every transaction that records some of it.
    ///
    /// - Throws: a ``SyncFailure`` that ends the poll; also when the maildrop was removed.
    func checkSignIn(_ reader: AccountReader) throws {
        let now = try reader.maildrop(id)?.settings
        guard now?.host == settings.host, now?.username == settings.username else {
            throw SyncFailure(.interrupted, "The maildrop's settings changed during the poll.", retry: .soon)
        }
    }
}
