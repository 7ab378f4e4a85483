import JSON
import MailModel
import MailStore

extension Method {
    /// RFC 8620 §5.3. Everybody sets the own password; an administrator makes, changes and removes users. What a call does,
    /// it does one by one: users and their accounts have no transaction in common.
    static let userSet = Method(
        "User/set", .admin,
        .waiting { call, _ in
            let arguments = try SetArguments(&call)
            let asksForMuch = !arguments.create.isEmpty || !arguments.update.isEmpty || !arguments.destroy.isEmpty
            let own = call.principal.user.description
            // A creation id may stand for anybody: the client says what it stands for (RFC 8620 §3.3).
            let createdIDs = call.createdIDs
            let setsOwnPassword = arguments.update.contains { patch in
                createdIDs.resolve(patch.id) == own && patch.patch["password"] != nil
            }
            // Before the password is looked at: who missed a change is told so first.
            let oldState = try arguments.checkState(of: User.self, call)
            try await call.confirm(asksForMuch && call.isDevices || setsOwnPassword)
            try call.arguments.end()
            var set = UserSet(store: call.store, principal: call.principal, createdIDs: call.createdIDs)
            try await set.perform(arguments, of: User.self, from: oldState, &call)
        })
}

private struct UserSet: LiveSet {
    static let noun = "user"

    let store: MailStore
    let principal: Principal
    var createdIDs: CreatedIDs
    var result = SetResult()

    init(store: MailStore, principal: Principal, createdIDs: CreatedIDs) {
        self.store = store
        self.principal = principal
        self.createdIDs = createdIDs
    }

    private var isAdministrator: Bool { principal.role == .administrator }
    private static let known = UserProperty.allCases.map(\.rawValue)

    func create(_ record: JSONObject) async throws -> (id: String, unsaid: [UInt8]) {
        guard isAdministrator else { throw SetError.notAdministrator("make users") }
        let draft = try UserDraft(record, besides: ["name", "password", "role", "disabled"], Self.known)
        guard let name = draft.name else { throw SetError.invalid("name", "A user has a name, a string.") }
        guard let password = draft.password else {
            throw SetError.invalid("password", "A user has a password, a string.")
        }
        var user = try await store.createUser(name: name, password: password, role: draft.role ?? .member)
        if draft.isDisabled == true {
            try await store.changeUser(user.id, isDisabled: true)
            user = try await store.user(named: user.name)
        }
        return (user.id.description, user.json(unsaidIn: record))
    }

    func object(_ id: String) async throws -> User? {
        let users = try await store.users(visibleTo: principal)
        return UserID(id).flatMap { id in users.first { $0.id == id } }
    }

    func update(_ user: User, _ patch: JSONObject) async throws -> [UInt8]? {
        if patch["password"]?.isNull == true { throw SetError.invalid("password", "password is a string.") }
        let changes = try user.changes(by: patch)
        for name in ["role", "disabled"] where !isAdministrator && changes[name] != nil {
            throw SetError.invalid(name, "Only administrators set \(name).")
        }
        let settable: Set<String> = isAdministrator ? ["password", "role", "disabled"] : ["password"]
        let draft = try UserDraft(changes, besides: settable, Self.known)
        // The password first: it is all that is looked at for its own sake.
        if let password = draft.password {
            let isOwn = user.id == principal.user && principal.credential != .commandLine
            try await store.setPassword(
                password, of: user.id, keeping: isOwn ? principal.session : nil, passkeys: isOwn ? .kept : .removed)
        }
        if draft.role != nil || draft.isDisabled != nil {
            try await store.changeUser(user.id, role: draft.role, isDisabled: draft.isDisabled)
        }
        return nil
    }

    func destroy(_ user: User) async throws {
        guard isAdministrator else { throw SetError.notAdministrator("remove users") }
        guard user.id != principal.user else {
            throw SetError(.forbidden, "Nobody removes themselves: ask another administrator.")
        }
        try await store.removeUser(user)
    }
}

/// What a client says of a user.
private struct UserDraft {
    var name: String?
    var password: Secret?
    var role: UserRole?
    var isDisabled: Bool?

    init(_ object: JSONObject, besides settable: Set<String>, _ known: [String]) throws {
        try object.refuse(besides: settable, known: known, of: "user")
        for member in object.members {
            switch member.key {
            case "name": name = try Self.text(member.value, "name")
            case "password": password = Secret(try Self.text(member.value, "password"))
            case "role":
                guard let role = member.value.string.flatMap(UserRole.init(rawValue:)) else {
                    throw SetError.invalid("role", "role is administrator or member.")
                }
                self.role = role
            default:
                guard let flag = member.value.bool else {
                    throw SetError.invalid("disabled", "disabled is true or false.")
                }
                isDisabled = flag
            }
        }
    }

    private static func text(_ value: JSONValue, _ name: String) throws -> String {
        guard let text = value.string else { throw SetError.invalid(name, "\(name) is a string.") }
        return text
    }
}
