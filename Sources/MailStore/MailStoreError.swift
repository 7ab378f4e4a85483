/// What the store refuses or could not do: a code for programs, a sentence for people.
public struct MailStoreError: Error, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// No such thing, or another account's: the two answer alike.
        case notFound
        case alreadyExists
        /// A value that breaks a rule; `property` names it as JMAP does.
        case invalidProperty(String)
        case mailboxHasChild
        case mailboxHasEmail
        /// The state is of another epoch, or the changes since it were pruned (RFC 8620 §5.2).
        case cannotCalculateChanges
        case anchorNotFound
        /// The text index has not come far enough; the same query succeeds later.
        case searchNotReady
        /// A filter asks for more than one query may look up; the message carries both numbers.
        case filterTooBroad
        /// A limit was crossed; the message carries both numbers.
        case overLimit
        /// The account would hold more octets than it may.
        case overQuota
        /// Another process owns the data directory.
        case locked
        /// The process's user is not the owner of the data directory.
        case notOwner
        case noPermission
        /// The key file is missing, unreadable for what it holds, or not the one that sealed a secret.
        case badKey
        case diskFull
        /// Bytes on disk are not what was written.
        case corrupt
        /// Reading or writing failed: after a failed sync nothing more of that account is acknowledged.
        case inputOutput
        /// The data directory was written by a later version.
        case tooNew
        /// A provider does not allow it yet; the message says from when on.
        case tooSoon
        /// The store or the account was closed.
        case closed
    }

    public let code: Code
    /// One sentence that says what happened and, where somebody can do something, what.
    public let message: String
    public let cause: (any Error)?

    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    public var description: String { message }

    /// The answer for every id that is not the principal's: it tells nothing about whose it is.
    public static func notFound(_ what: String) -> MailStoreError { .init(.notFound, "There is no \(what).") }
}
