/// Something about a maildrop that people should know although polls succeed.
public struct MaildropNotice: Hashable, Sendable {
    /// A word for programs: `suspiciousListing`, `expire`, `loginDelay`, `unverifiedCopies`,
    /// `overQuota`.
    public let type: String
    /// A sentence for people.
    public let description: String

    public init(type: String, description: String) {
        self.type = type
        self.description = description
    }
}
