import MailModel
import MailStore

/// Everybody for an administrator, oneself for others.
extension User: LiveRecord {
    static let unreadable: (property: String, sentence: String)? = ("password", "A password can be set and never read.")

    static func state(of account: AccountID, in store: MailStore) -> StateToken { store.userState(of: account) }

    static func changes(
        of account: AccountID, in store: MailStore, since state: StateToken, max: Int?
    ) throws -> Changes<UserID> {
        try store.userChanges(of: account, since: state, max: max)
    }

    static func visible(to call: MethodCall) async throws -> [User] {
        try await call.store.users(visibleTo: call.principal)
    }
}

extension Method {
    static let userGet = get("User/get", .admin, of: User.self)
    static let userChanges = changes("User/changes", .admin, of: User.self)
}
