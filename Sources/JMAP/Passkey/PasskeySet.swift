import JSON
import MailModel
import MailStore
import WebAuthn

extension Method {
    /// RFC 8620 §5.3. A passkey is made by its person, who has proven to be there when `Passkey/challenge` was called; that
    /// one or an administrator renames and removes it.
    static let passkeySet = Method(
        "Passkey/set", .admin,
        .waiting { call, _ in
            let arguments = try SetArguments(&call)
            try call.arguments.end()
            let oldState = try arguments.checkState(of: Passkey.self, call)
            var set = PasskeySet(call: call, createdIDs: call.createdIDs)
            try await set.perform(arguments, of: Passkey.self, from: oldState, &call)
        })
}

private struct PasskeySet: LiveSet {
    static let noun = "passkey"
    private static let known = PasskeyProperty.allCases.map(\.rawValue) + ["response"]

    let call: MethodCall
    var createdIDs: CreatedIDs
    var result = SetResult()
    /// Those that were there before the first was changed.
    private var visible: [Passkey]?

    init(call: MethodCall, createdIDs: CreatedIDs) {
        self.call = call
        self.createdIDs = createdIDs
    }

    func create(_ record: JSONObject) async throws -> (id: String, unsaid: [UInt8]) {
        try record.refuse(besides: ["name", "response"], known: Self.known, of: Self.noun)
        guard let name = record["name"]?.string else {
            throw SetError.invalid("name", "A passkey has a name, a string.")
        }
        guard let response = record["response"]?.object.flatMap(RegistrationResponse.init) else {
            throw SetError.invalid(
                "response",
                "A passkey is made from a response: an object with clientDataJSON and attestationObject in base64url.")
        }
        let passkey = try await call.store.addPasskey(name: name, response, for: call.principal)
        return (passkey.id.description, passkey.json(unsaidIn: record))
    }

    mutating func object(_ id: String) async throws -> Passkey? {
        let known = if let visible { visible } else { try await Passkey.visible(to: call) }
        visible = known
        return PasskeyID(id).flatMap { id in known.first { $0.id == id } }
    }

    func update(_ passkey: Passkey, _ patch: JSONObject) async throws -> [UInt8]? {
        let changes = try passkey.changes(by: patch)
        try changes.refuse(besides: ["name"], known: Self.known, of: Self.noun)
        guard let name = changes["name"] else { return nil }
        guard let name = name.string else { throw SetError.invalid("name", "A passkey has a name, a string.") }
        try await call.store.renamePasskey(passkey.id, of: passkey.user, to: name)
        return nil
    }

    func destroy(_ passkey: Passkey) async throws {
        try await call.store.removePasskey(passkey.id, of: passkey.user)
    }
}
