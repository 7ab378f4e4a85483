import MailStore

/// Why octets were not taken or not given (RFC 8620 §6).
public struct BlobError: Error, Sendable {
    public enum Kind: String, Sendable {
        /// No such account or blob, or somebody else's: the two answer alike.
        case notFound
        /// More octets than `maxSizeUpload`.
        case tooLarge
        /// The account has no room for it.
        case overQuota
        /// It may work later.
        case unavailable
        /// Something is broken.
        case failed
    }

    public let kind: Kind
    /// One sentence for people.
    public let detail: String

    public init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }

    static func notFound(_ what: String) -> BlobError { BlobError(.notFound, "There is no such \(what).") }

    /// What the store threw, as a client is told it.
    init(_ error: any Error) {
        switch error {
        case let error as BlobError:
            self = error
        case let error as MailStoreError:
            switch error.code {
            case .notFound: self.init(.notFound, error.message)
            case .overLimit: self.init(.tooLarge, error.message)
            case .overQuota: self.init(.overQuota, error.message)
            case .diskFull, .closed, .locked, .searchNotReady, .tooSoon: self.init(.unavailable, error.message)
            case .alreadyExists, .invalidProperty, .mailboxHasChild, .mailboxHasEmail, .cannotCalculateChanges,
                .anchorNotFound, .filterTooBroad, .notOwner, .noPermission, .badKey, .corrupt, .inputOutput, .tooNew:
                self.init(.failed, error.message)
            }
        default:
            self.init(.failed, "Something went wrong that nobody expected.")
        }
    }
}
