import MailModel

extension Method {
    /// RFC 8620 §5.2.
    static let maildropChanges = changes("Maildrop/changes", .maildrop, of: .maildrop, as: MaildropID.self)
}
