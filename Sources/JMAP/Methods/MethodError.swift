import MailStore

/// Why one method call failed as a whole (RFC 8620 §3.6.2 and the standard methods' own).
struct MethodError: Error {
    enum Kind: String {
        case serverUnavailable, serverFail, unknownMethod, invalidArguments, invalidResultReference, forbidden
        case accountNotFound, fromAccountNotFound, requestTooLarge, stateMismatch, cannotCalculateChanges,
            tooManyChanges, anchorNotFound
        case unsupportedSort, unsupportedFilter, unknownDataType
    }

    let kind: Kind
    let description: String?

    init(_ kind: Kind, _ description: String? = nil) {
        self.kind = kind
        self.description = description
    }

    static func invalidArguments(_ description: String) -> MethodError { .init(.invalidArguments, description) }

    /// What a method threw, as a client is told it.
    init(_ error: any Error) {
        switch error {
        case let error as MethodError: self = error
        case let error as MailStoreError: self.init(store: error)
        case is CancellationError: self.init(.serverUnavailable, "The request was cut off.")
        default: self.init(.serverFail, "Something went wrong that nobody expected.")
        }
    }

    private init(store error: MailStoreError) {
        switch error.code {
        case .cannotCalculateChanges: self.init(.cannotCalculateChanges, error.message)
        case .anchorNotFound: self.init(.anchorNotFound, error.message)
        case .searchNotReady, .tooSoon, .diskFull, .closed, .locked: self.init(.serverUnavailable, error.message)
        case .filterTooBroad: self.init(.unsupportedFilter, error.message)
        case .overLimit, .overQuota: self.init(.requestTooLarge, error.message)
        case .notFound, .alreadyExists, .invalidProperty, .mailboxHasChild, .mailboxHasEmail, .notOwner, .noPermission,
            .badKey, .corrupt, .inputOutput, .tooNew:
            self.init(.serverFail, error.message)
        }
    }
}
