import JSON
import MailModel
import MailStore

/// Why one record of a /set call was not created, updated or destroyed (RFC 8620 §5.3).
struct SetError: Error {
    enum Kind: String {
        case forbidden, overQuota, tooLarge, rateLimit, notFound, invalidPatch, willDestroy, invalidProperties
        case alreadyExists, mailboxHasChild, mailboxHasEmail, invalidEmail, tooManyKeywords, blobNotFound
        case tooManyRecipients, noRecipients, invalidRecipients, forbiddenMailFrom, forbiddenFrom, forbiddenToSend
        case cannotUnsend
        /// Our own, of unsubscribing (docs/jmap-view.md).
        case oneClickNotOffered, addressNotAllowed, unsubscribeFailed
    }

    let kind: Kind
    let description: String
    /// The properties that are invalid, for `invalidProperties`; of the email, for `invalidEmail`.
    var properties: [String] = []
    /// The record that is there already, for `alreadyExists`.
    var existingID: String?
    /// What is not there, for `blobNotFound`.
    var missing: [String]?
    /// The most there may be, under its own name (`maxSize`, `maxRecipients`).
    var limit: (name: StaticString, value: Int)?
    /// For `invalidRecipients`.
    var invalidRecipients: [String]?
    /// What an HTTP server answered with, for `unsubscribeFailed`; nil when it did not answer.
    var status: Int?

    init(_ kind: Kind, _ description: String, properties: [String] = [], existingID: String? = nil) {
        self.kind = kind
        self.description = description
        self.properties = properties
        self.existingID = existingID
    }

    static func invalid(_ property: String, _ description: String) -> SetError {
        SetError(.invalidProperties, description, properties: [property])
    }

    /// RFC 8621 §4.6.
    static func blobNotFound(_ ids: [String]) -> SetError {
        var error = SetError(.blobNotFound, "There is no such blob.")
        error.missing = ids
        return error
    }

    static func notFound(_ what: String) -> SetError { SetError(.notFound, "There is no such \(what).") }

    /// What the store says about one record; nil for what concerns the account as a whole.
    init?(_ error: any Error) {
        switch error {
        case let error as SetError: self = error
        case let error as PatchObject.Failure: self.init(.invalidPatch, "The patch does not fit: \(error.description).")
        case let error as MailStoreError: self.init(store: error)
        default: return nil
        }
    }

    private init?(store error: MailStoreError) {
        switch error.code {
        case .notFound: self.init(.notFound, error.message)
        case .alreadyExists: self.init(.alreadyExists, error.message)
        case .invalidProperty(let name): self.init(.invalidProperties, error.message, properties: [name])
        case .mailboxHasChild: self.init(.mailboxHasChild, error.message)
        case .mailboxHasEmail: self.init(.mailboxHasEmail, error.message)
        case .overLimit, .overQuota: self.init(.overQuota, error.message)
        case .cannotCalculateChanges, .anchorNotFound, .searchNotReady, .filterTooBroad, .tooSoon, .locked, .notOwner,
            .noPermission, .badKey,
            .diskFull, .corrupt, .inputOutput, .tooNew, .closed:
            return nil
        }
    }

    /// Whether it may be otherwise once other records have changed.
    var mayPass: Bool { [.alreadyExists, .invalidProperties, .mailboxHasChild, .mailboxHasEmail].contains(kind) }

    func write(_ writer: inout JSONWriter) {
        writer.value(type: kind.rawValue, description: description) { writer in
            if kind == .invalidProperties || kind == .invalidEmail && !properties.isEmpty {
                writer.key("properties")
                writer.value(strings: properties)
            }
            if let missing {
                writer.key("notFound")
                writer.value(strings: missing)
            }
            if let limit {
                writer.key(limit.name)
                writer.value(limit.value)
            }
            if let invalidRecipients {
                writer.key("invalidRecipients")
                writer.value(strings: invalidRecipients)
            }
            if kind == .unsubscribeFailed {
                writer.key("status")
                writer.value(optional: status)
            }
            if let existingID {
                writer.key("existingId")
                writer.value(existingID)
            }
        }
    }
}
