import MailModel

extension Method {
    /// RFC 8621 §3.2.
    static let threadChanges = changes("Thread/changes", .mail, of: .thread, as: ThreadID.self)
}
