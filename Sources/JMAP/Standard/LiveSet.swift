import JSON
import MailModel
import MailStore

/// What a /set call does to records that have no transaction in common: one after the other (RFC 8620 §5.3).
protocol LiveSet {
    associatedtype Object
    /// The type in a sentence: there is no such …
    static var noun: String { get }

    var createdIDs: CreatedIDs { get set }
    var result: SetResult { get set }

    /// The new record's id, and as a JSON object what the client did not say of it.
    mutating func create(_ record: JSONObject) async throws -> (id: String, unsaid: [UInt8])
    mutating func object(_ id: String) async throws -> Object?
    /// What changed that was not asked for; nil for nothing.
    mutating func update(_ object: Object, _ patch: JSONObject) async throws -> [UInt8]?
    mutating func destroy(_ object: Object) async throws
    /// What an error means for the one record.
    static func meaning(of error: any Error) -> any Error
}

extension LiveSet {
    static func meaning(of error: any Error) -> any Error { error }

    /// Carries the call out and writes its answer.
    ///
    /// - Parameter oldState: as `SetArguments.checkState` has it, from before anything else was looked at.
    mutating func perform<Kind: LiveType>(
        _ arguments: SetArguments, of type: Kind.Type, from oldState: StateToken, _ call: inout MethodCall
    ) async throws {
        try await carryOut(arguments, &call)
        result.write(
            oldState: oldState, newState: Kind.state(of: call.principal.account, in: call.store), &call)
        try call.checkSize()
    }

    mutating func carryOut(_ arguments: SetArguments, _ call: inout MethodCall) async throws {
        for (creationID, record) in arguments.create {
            let outcome = await Self.outcome { try await create(record) }
            if case .success(let created) = outcome { createdIDs[creationID] = created.id }
            try result.create(creationID, outcome.map(\.unsaid))
        }
        let destroyed = createdIDs.resolveAll(arguments.destroy)
        let doomed = Set(destroyed)
        for (reference, patch) in arguments.update {
            let id = createdIDs.resolve(reference) ?? reference
            let outcome = await Self.outcome {
                let object = try await known(id)
                guard !doomed.contains(id) else {
                    throw SetError(.willDestroy, "The same call destroys this \(Self.noun).")
                }
                return try await update(object, patch)
            }
            try result.update(id, outcome)
        }
        for id in destroyed {
            let outcome = await Self.outcome { try await destroy(known(id)) }
            try result.destroy(id, outcome)
        }
        call.createdIDs = createdIDs
    }

    private mutating func known(_ id: String) async throws -> Object {
        guard let object = try await object(id) else { throw SetError.notFound(Self.noun) }
        return object
    }

    private static func outcome<Value>(_ body: () async throws -> Value) async -> Result<Value, any Error> {
        do { return .success(try await body()) } catch { return .failure(meaning(of: error)) }
    }
}

extension SetArguments {
    /// The state of a type before the call, compared with what the client expects.
    func checkState<Kind: LiveType>(of type: Kind.Type, _ call: MethodCall) throws -> StateToken {
        let state = Kind.state(of: call.principal.account, in: call.store)
        try check(state)
        return state
    }
}

extension LiveRecord {
    /// The members that a patch makes other than they are; null where it takes one away.
    func changes(by patch: JSONObject) throws -> JSONObject {
        let now = try json()
        let patched = try PatchObject(patch).applied(to: now)
        var changes = JSONObject()
        for member in patched.members where now[member.key] != member.value { changes[member.key] = member.value }
        // What is null already is not taken away.
        for member in now.members where patched[member.key] == nil && !member.value.isNull {
            changes[member.key] = .null
        }
        return changes
    }

    /// For records of which nothing can be changed: a patch may say what is so, and nothing else.
    ///
    /// - Throws: `forbidden` with `sentence`; `invalidProperties` for an id and for what the type does not have.
    func refuseChanges(by patch: JSONObject, of noun: String, _ sentence: String) throws {
        for member in try changes(by: patch).members {
            guard let property = Property(rawValue: member.key), property != .id else {
                throw SetError.notSettable(member.key, known: Property.allCases.map(\.rawValue), of: noun)
            }
            throw SetError(.forbidden, sentence)
        }
    }
}
