import JSON
import MailModel
import MailStore

/// What may be read of a passkey. `response` is what it is made from, and nothing of it is told again.
enum PasskeyProperty: String, RecordProperty {
    case id, userId, name, createdAt, lastUsedAt
}

/// A passkey: everybody's for an administrator, one's own for others. The state does not move when one is used.
extension Passkey: LiveRecord {
    static let unreadable: (property: String, sentence: String)? = (
        "response", "What a passkey was made from is not told again."
    )

    static func state(of account: AccountID, in store: MailStore) -> StateToken { store.passkeyState(of: account) }

    static func changes(
        of account: AccountID, in store: MailStore, since state: StateToken, max: Int?
    ) throws -> Changes<PasskeyID> {
        try store.passkeyChanges(of: account, since: state, max: max)
    }

    static func visible(to call: MethodCall) async throws -> [Passkey] {
        var passkeys: [Passkey] = []
        for user in try await call.store.users(visibleTo: call.principal) {
            passkeys += try await call.store.passkeys(of: user.id)
        }
        return passkeys.sorted { $0.id < $1.id }
    }

    func write(_ property: PasskeyProperty, _ writer: inout JSONWriter) {
        switch property {
        case .id: writer.value(id)
        case .userId: writer.value(user)
        case .name: writer.value(name)
        case .createdAt: writer.value(createdAt.description)
        case .lastUsedAt: writer.value(optional: lastUsedAt?.description)
        }
    }
}

extension Method {
    static let passkeyGet = get("Passkey/get", .admin, of: Passkey.self)
    static let passkeyChanges = changes("Passkey/changes", .admin, of: Passkey.self)
}
