import JSON
import MailModel
import MailStore

/// What may be read of a browser in which somebody is signed in.
enum SessionProperty: String, RecordProperty {
    case id, userId, createdAt, lastSeenAt, expiresAt, userAgent, address, isCurrent
}

extension WebSession {
    func write(_ properties: [SessionProperty], for principal: Principal, _ writer: inout JSONWriter) {
        writer.beginObject()
        for property in properties {
            writer.key(text: property.rawValue)
            switch property {
            case .id: writer.value(id)
            case .userId: writer.value(user)
            case .createdAt: writer.value(createdAt.description)
            case .lastSeenAt: writer.value(lastSeenAt.description)
            case .expiresAt: writer.value(expiresAt.description)
            case .userAgent: writer.value(userAgent)
            case .address: writer.value(address)
            case .isCurrent: writer.value(principal.session == id)
            }
        }
        writer.endObject()
    }
}

extension Method {
    /// RFC 8620 §5.1: everybody's for an administrator, one's own for others. The state does not move when one is used.
    static let sessionGet = Method(
        "Session/get", .admin,
        .waiting { call, _ in
            try call.takeAccountID()
            let requested = try RequestedIDs<SessionID>(&call)
            let properties = try call.arguments.takeProperties(SessionProperty.self)
            try call.arguments.end()
            let state = call.store.sessionState(of: call.principal.account)
            let sessions = requested.select(try await call.visibleSessions(), id: \.id)
            try RequestedIDs<SessionID>.check(sessions.count, call.limits)
            let principal = call.principal
            try call.writeGet(sessions, requested: requested, state: state, id: \.id) {
                $0.write(properties, for: principal, &$1)
            }
            try call.checkSize()
        })

    /// RFC 8620 §5.2.
    static let sessionChanges = Method(
        "Session/changes", .admin,
        .pure { call in
            let arguments = try ChangesArguments(&call)
            let changes = try call.store.sessionChanges(
                of: call.principal.account, since: arguments.sinceState, max: arguments.maxChanges)
            call.writeChanges(changes, since: arguments.sinceState)
        })

    /// RFC 8620 §5.3: a session is ended here, and begun by signing in only.
    static let sessionSet = Method(
        "Session/set", .admin,
        .waiting { call, _ in
            let arguments = try SetArguments(&call)
            try call.arguments.end()
            let oldState = call.store.sessionState(of: call.principal.account)
            try arguments.check(oldState)
            var result = SetResult()
            for (creationID, _) in arguments.create {
                try result.create(
                    creationID, .failure(SetError(.forbidden, "A session begins with signing in to a browser.")))
            }
            let sessions = Dictionary(uniqueKeysWithValues: try await call.visibleSessions().map { ($0.id, $0) })
            for (reference, _) in arguments.update {
                let id = call.createdIDs.resolve(reference) ?? reference
                let isThere = SessionID(id).map { sessions[$0] != nil } ?? false
                try result.update(
                    id,
                    .failure(
                        isThere
                            ? SetError(.forbidden, "A session can only be ended.") : SetError.notFound("session")))
            }
            for id in call.createdIDs.resolveAll(arguments.destroy) {
                let outcome: Result<Void, any Error>
                do {
                    guard let session = SessionID(id).flatMap({ sessions[$0] }) else {
                        throw SetError.notFound("session")
                    }
                    outcome = .success(try await call.store.revokeSession(session.id, of: session.user))
                } catch { outcome = .failure(error) }
                try result.destroy(id, outcome)
            }
            result.write(
                oldState: oldState, newState: call.store.sessionState(of: call.principal.account), &call)
            try call.checkSize()
        })
}

extension MethodCall {
    func visibleSessions() async throws -> [WebSession] {
        var sessions: [WebSession] = []
        for user in try await store.users(visibleTo: principal) { sessions += try await store.sessions(of: user.id) }
        return sessions.sorted { $0.id < $1.id }
    }
}
