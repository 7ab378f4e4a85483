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
            let oldState = try writer.reader.state(of: .identity)
            try arguments.check(oldState)
            var set = IdentitySet(writer: writer, createdIDs: call.createdIDs)
            for (creationID, record) in arguments.create { try set.create(creationID, record) }
            for (reference, patch) in arguments.update { try set.update(reference, patch, arguments.destroy) }
            for id in set.createdIDs.resolveAll(arguments.destroy) { try set.destroy(id) }
            call.createdIDs = set.createdIDs
            set.result.write(oldState: oldState, newState: try writer.reader.state(of: .identity), &call)
        })
}

private struct IdentitySet {
    let writer: AccountWriter
    var createdIDs: CreatedIDs
    var result = SetResult()

    init(writer: AccountWriter, createdIDs: CreatedIDs) {
        self.writer = writer
        self.createdIDs = createdIDs
    }

    mutating func create(_ creationID: String, _ record: JSONObject) throws {
        let outcome = Result { () throws -> Identity in
            for name in ["id", "mayDelete"] where record[name] != nil {
                throw SetError.invalid(name, "Only the server sets \(name).")
            }
            let id = try writer.createIdentity(IdentitySettings(record))
            guard let identity = try writer.reader.identities([id]).first else { throw SetError.notFound("identity") }
            return identity
        }
        if case .success(let identity) = outcome { createdIDs[creationID] = identity.id.description }
        try result.create(
            creationID,
            outcome.map { identity in
                var json = JSONWriter()
                identity.write(IdentityProperty.allCases.filter { record[$0.rawValue] == nil }, &json)
                return json.bytes
            })
    }

    mutating func update(_ reference: String, _ patch: JSONObject, _ destroyed: [String]) throws {
        let id = createdIDs.resolve(reference) ?? reference
        let outcome = Result { () throws -> [UInt8]? in
            guard let identity = try IdentityID(id).flatMap({ try writer.reader.identities([$0]).first }) else {
                throw SetError.notFound("identity")
            }
            guard !createdIDs.resolveAll(destroyed).contains(id) else {
                throw SetError(.willDestroy, "The same call destroys this identity.")
            }
            let current = try identity.json()
            let patched = try PatchObject(patch).applied(to: current)
            for name in ["id", "mayDelete"] where patched[name] != current[name] {
                throw SetError.invalid(name, "Only the server sets \(name).")
            }
            try writer.updateIdentity(identity.id, IdentitySettings(patched))
            return nil
        }
        try result.update(id, outcome)
    }

    mutating func destroy(_ id: String) throws {
        try result.destroy(
            id,
            Result {
                guard let id = IdentityID(id) else { throw SetError.notFound("identity") }
                try writer.destroyIdentity(id)
            })
    }
}
