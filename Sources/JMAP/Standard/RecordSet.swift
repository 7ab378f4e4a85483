import JSON
import MailModel
import MailStore

/// What a /set call does to the records of its type (RFC 8620 §5.3). The state, the order, the creation ids and the answer
/// are the same for all types; most say only how one record is made, changed and destroyed.
protocol RecordSet {
    static var type: DataType { get }

    var writer: AccountWriter { get }
    var createdIDs: CreatedIDs { get set }
    var result: SetResult { get set }
    /// Whether one record can stand in another's way: what was refused is then tried once more at the end, because only
    /// the final state must be valid (RFC 8620 §5.3).
    static var triesAgain: Bool { get }

    mutating func create(_ records: [(creationID: String, record: JSONObject)]) throws
    mutating func update(_ patches: [(id: String, patch: JSONObject)], except destroyed: [String]) throws
    mutating func destroy(_ references: [String]) throws
}

extension RecordSet {
    static var triesAgain: Bool { false }

    /// Carries the call out and writes its answer.
    mutating func perform(_ arguments: SetArguments, _ call: inout MethodCall) throws {
        let oldState = try writer.reader.state(of: Self.type)
        try arguments.check(oldState)
        try create(arguments.create)
        try update(arguments.update, except: arguments.destroy)
        try destroy(arguments.destroy)
        if Self.triesAgain { try tryAgain(arguments) }
        call.createdIDs = createdIDs
        result.write(oldState: oldState, newState: try writer.reader.state(of: Self.type), &call)
    }
}

extension RecordSet {
    /// A name or a role may have become free meanwhile. What is refused again has the first reason.
    private mutating func tryAgain(_ arguments: SetArguments) throws {
        let refused = result.takeRefused()
        guard !refused.isEmpty else { return }
        try create(arguments.create.filter { refused.created[$0.creationID] != nil })
        let update = arguments.update.filter { refused.updated[createdIDs.resolve($0.id) ?? $0.id] != nil }
        try self.update(update, except: arguments.destroy)
        try destroy(arguments.destroy.filter { refused.destroyed[createdIDs.resolve($0) ?? $0] != nil })
        result.giveReasons(of: refused)
    }
}

/// Makes each record by itself.
protocol CreatesEach: RecordSet {
    /// The new record's id, and as a JSON object what the client did not say of it.
    mutating func create(_ record: JSONObject) throws -> (id: String, unsaid: [UInt8])
}

extension CreatesEach {
    mutating func create(_ records: [(creationID: String, record: JSONObject)]) throws {
        for (creationID, record) in records { try create(creationID, record) }
    }

    mutating func create(_ creationID: String, _ record: JSONObject) throws {
        let outcome = Result { try create(record) }
        if case .success(let created) = outcome { createdIDs[creationID] = created.id }
        try result.create(creationID, outcome.map(\.unsaid))
    }
}

/// Changes each record by itself.
protocol UpdatesEach: RecordSet {
    associatedtype Object
    /// The type in a sentence: there is no such …
    static var noun: String { get }

    func object(_ id: String) throws -> Object?
    /// What changed that was not asked for, as a JSON object; nil for nothing.
    mutating func update(_ object: Object, _ patch: JSONObject) throws -> [UInt8]?
}

extension UpdatesEach {
    mutating func update(_ patches: [(id: String, patch: JSONObject)], except destroyed: [String]) throws {
        let destroyed = Set(destroyed.compactMap { createdIDs.resolve($0) })
        for (reference, patch) in patches {
            let id = createdIDs.resolve(reference) ?? reference
            let outcome = Result<[UInt8]?, any Error> {
                guard let object = try object(id) else { throw SetError.notFound(Self.noun) }
                guard !destroyed.contains(id) else {
                    throw SetError(.willDestroy, "The same call destroys this \(Self.noun).")
                }
                return try update(object, patch)
            }
            try result.update(id, outcome)
        }
    }
}

/// Destroys each record by itself.
protocol DestroysEach: RecordSet {
    mutating func destroy(_ id: String) throws
}

extension DestroysEach {
    mutating func destroy(_ references: [String]) throws {
        for id in createdIDs.resolveAll(references) {
            let outcome = Result { try destroy(id) }
            try result.destroy(id, outcome)
        }
    }
}
