import JSON
import MailModel
import MailStore

/// RFC 9425 §4.1.
enum QuotaProperty: String, RecordProperty {
    case id, resourceType, used, hardLimit, scope, name, types, warnLimit, softLimit, description
}

/// A quota as a client sees it that opted into some capabilities: of the types it applies to only theirs.
struct VisibleQuota: Record {
    let quota: Quota
    let types: [DataType]

    /// Nil for one that applies to nothing the client knows (RFC 9425 §4.1).
    init?(_ quota: Quota, using: Set<Capability>) {
        let capabilities: Set<Capability>
        switch quota.kind {
        case .octets: (types, capabilities) = ([.email], [.mail])
        case .mailboxes: (types, capabilities) = ([.mailbox], [.mail])
        case .maildrops: (types, capabilities) = ([.maildrop], [.maildrop])
        case .identities: (types, capabilities) = ([.identity], [.mail, .submission])
        case .submissions: (types, capabilities) = ([.emailSubmission], [.submission])
        }
        guard !capabilities.isDisjoint(with: using) else { return nil }
        self.quota = quota
    }

    var id: QuotaID { quota.id }

    static let scope = "account"

    var resourceType: String {
        switch quota.kind {
        case .octets: "octets"
        case .mailboxes, .maildrops, .identities, .submissions: "count"
        }
    }

    var name: String {
        switch quota.kind {
        case .octets: "Messages"
        case .mailboxes: "Mailboxes"
        case .maildrops: "Maildrops"
        case .identities: "Identities"
        case .submissions: "Messages to send"
        }
    }

    private var description: String {
        switch quota.kind {
        case .octets:
            "The octets of all messages. What would go beyond is not taken, and new mail stays at its provider until "
                + "there is room."
        case .mailboxes: "Mailboxes of the account."
        case .maildrops: "Maildrops that are polled into the account."
        case .identities: "Identities to write as."
        case .submissions: "Messages that wait to be sent, and those that nobody knows to have been sent."
        }
    }

    func write(_ property: QuotaProperty, _ writer: inout JSONWriter) {
        switch property {
        case .id: writer.value(id)
        case .resourceType: writer.value(resourceType)
        case .used: writer.value(quota.used)
        case .hardLimit: writer.value(quota.hardLimit)
        case .scope: writer.value(Self.scope)
        case .name: writer.value(name)
        case .types: writer.value(strings: types.map(\.rawValue))
        case .warnLimit: writer.value(quota.warnLimit)
        case .softLimit: writer.null()
        case .description: writer.value(description)
        }
    }
}

extension AccountReader {
    /// The quotas that a client may see, all or some.
    func quotas(_ ids: [QuotaID]? = nil, using: Set<Capability>) throws -> [VisibleQuota] {
        try quotas(ids).compactMap { VisibleQuota($0, using: using) }
    }
}
