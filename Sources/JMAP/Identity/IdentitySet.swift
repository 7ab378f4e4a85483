import JSON
import MailModel
import MailStore

extension Method {
    /// RFC 8621 §6.3. An address is checked for its form only: whether mail may be sent from it, the server that sends it
    /// decides.
    static let identitySet = Method(
        "Identity/set", .mail,
        .write { call, writer in
            let arguments = try SetArguments(&call)
            try call.arguments.end()
            var set = IdentitySet(writer: writer, createdIDs: call.createdIDs)
            try set.perform(arguments, &call)
        })
}

private struct IdentitySet: CreatesEach, UpdatesEach, DestroysEach {
    static let type = DataType.identity
    static let noun = "identity"

    let writer: AccountWriter
    var createdIDs: CreatedIDs
    var result = SetResult()

    init(writer: AccountWriter, createdIDs: CreatedIDs) {
        self.writer = writer
        self.createdIDs = createdIDs
    }

    func object(_ id: String) throws -> Identity? {
        try IdentityID(id).flatMap { try writer.reader.identities([$0]).first }
    }

    func create(_ record: JSONObject) throws -> (id: String, unsaid: [UInt8]) {
        for name in ["id", "mayDelete"] where record[name] != nil {
            throw SetError.invalid(name, "Only the server sets \(name).")
        }
        let id = try writer.createIdentity(IdentitySettings(record)).description
        guard let identity = try object(id) else { throw SetError.notFound(Self.noun) }
        return (id, identity.json(unsaidIn: record))
    }

    func update(_ identity: Identity, _ patch: JSONObject) throws -> [UInt8]? {
        let current = try identity.json()
        let patched = try PatchObject(patch).applied(to: current)
        for name in ["id", "mayDelete"] where patched[name] != current[name] {
            throw SetError.invalid(name, "Only the server sets \(name).")
        }
        try writer.updateIdentity(identity.id, IdentitySettings(patched))
        return nil
    }

    func destroy(_ id: String) throws {
        guard let id = IdentityID(id) else { throw SetError.notFound(Self.noun) }
        try writer.destroyIdentity(id)
    }
}
