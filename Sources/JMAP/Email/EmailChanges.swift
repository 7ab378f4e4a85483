import MailModel

extension Method {
    /// RFC 8621 §4.3.
    static let emailChanges = changes("Email/changes", .mail, of: .email, as: EmailID.self)
}
