import JSON
import MailModel
import MailStore

extension Method {
    /// RFC 8620 §5.3: a session is ended here, and begun by signing in only.
    static let sessionSet = Method(
        "Session/set", .admin,
        .waiting { call, _ in
            let arguments = try SetArguments(&call)
            try call.arguments.end()
            let oldState = try arguments.checkState(of: ShownSession.self, call)
            var set = SessionSet(call: call, createdIDs: call.createdIDs)
            try await set.perform(arguments, of: ShownSession.self, from: oldState, &call)
        })
}

private struct SessionSet: LiveSet {
    static let noun = "session"

    let call: MethodCall
    var createdIDs: CreatedIDs
    var result = SetResult()
    /// Those that were there before the first was changed.
    private var visible: [ShownSession]?

    init(call: MethodCall, createdIDs: CreatedIDs) {
        self.call = call
        self.createdIDs = createdIDs
    }

    func create(_ record: JSONObject) async throws -> (id: String, unsaid: [UInt8]) {
        throw SetError(.forbidden, "A session begins with signing in to a browser.")
    }

    mutating func object(_ id: String) async throws -> ShownSession? {
        let known = if let visible { visible } else { try await ShownSession.visible(to: call) }
        visible = known
        return SessionID(id).flatMap { id in known.first { $0.id == id } }
    }

    func update(_ shown: ShownSession, _ patch: JSONObject) async throws -> [UInt8]? {
        try shown.refuseChanges(by: patch, of: Self.noun, "A session can only be ended.")
        return nil
    }

    func destroy(_ shown: ShownSession) async throws {
        try await call.store.revokeSession(shown.id, of: shown.session.user)
    }
}
