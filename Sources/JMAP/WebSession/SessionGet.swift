import JSON
import MailModel
import MailStore

/// What may be read of a browser in which somebody is signed in.
enum SessionProperty: String, RecordProperty {
    case id, userId, createdAt, lastSeenAt, expiresAt, userAgent, address, isCurrent
}

/// A session as somebody sees it: everybody's for an administrator, one's own for others. The state does not move when one
/// is used.
struct ShownSession: LiveRecord {
    let session: WebSession
    let asker: Principal

    var id: SessionID { session.id }

    static func state(of account: AccountID, in store: MailStore) -> StateToken { store.sessionState(of: account) }

    static func changes(
        of account: AccountID, in store: MailStore, since state: StateToken, max: Int?
    ) throws -> Changes<SessionID> {
        try store.sessionChanges(of: account, since: state, max: max)
    }

    static func visible(to call: MethodCall) async throws -> [ShownSession] {
        var sessions: [ShownSession] = []
        for user in try await call.store.users(visibleTo: call.principal) {
            sessions += try await call.store.sessions(of: user.id)
                .map { ShownSession(session: $0, asker: call.principal) }
        }
        return sessions.sorted { $0.id < $1.id }
    }

    func write(_ property: SessionProperty, _ writer: inout JSONWriter) {
        switch property {
        case .id: writer.value(session.id)
        case .userId: writer.value(session.user)
        case .createdAt: writer.value(session.createdAt.description)
        case .lastSeenAt: writer.value(session.lastSeenAt.description)
        case .expiresAt: writer.value(session.expiresAt.description)
        case .userAgent: writer.value(session.userAgent)
        case .address: writer.value(session.address)
        case .isCurrent: writer.value(asker.session == session.id)
        }
    }
}

extension Method {
    static let sessionGet = get("Session/get", .admin, of: ShownSession.self)
    static let sessionChanges = changes("Session/changes", .admin, of: ShownSession.self)
}
