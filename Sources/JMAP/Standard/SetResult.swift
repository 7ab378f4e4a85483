import JSON
import MailModel

/// What a /set call has done so far, written as its answer at the end.
struct SetResult {
    /// Creation id and the members of the `created` record, as one JSON object.
    private var created: [(String, [UInt8])] = []
    /// Id and, as one JSON object, what changed that was not asked for; nil for nothing.
    private var updated: [(String, [UInt8]?)] = []
    private var destroyed: [String] = []
    private var notCreated: [(String, SetError)] = []
    private var notUpdated: [(String, SetError)] = []
    private var notDestroyed: [(String, SetError)] = []

    /// Notes how a create went: with the `created` record, or why not. What is wrong with the account as a whole is
    /// thrown on.
    mutating func create(_ creationID: String, _ outcome: Result<[UInt8], any Error>) throws {
        switch outcome {
        case .success(let record): created.append((creationID, record))
        case .failure(let error): notCreated.append((creationID, try Self.setError(error)))
        }
    }

    mutating func update(_ id: String, _ outcome: Result<[UInt8]?, any Error>) throws {
        switch outcome {
        case .success(let changed): updated.append((id, changed))
        case .failure(let error): notUpdated.append((id, try Self.setError(error)))
        }
    }

    mutating func destroy(_ id: String, _ outcome: Result<Void, any Error>) throws {
        switch outcome {
        case .success: destroyed.append(id)
        case .failure(let error): notDestroyed.append((id, try Self.setError(error)))
        }
    }

    private static func setError(_ error: any Error) throws -> SetError {
        guard let setError = SetError(error) else { throw error }
        return setError
    }

    /// What was refused because of how other records are.
    struct Refused {
        fileprivate(set) var created: [String: SetError] = [:]
        fileprivate(set) var updated: [String: SetError] = [:]
        fileprivate(set) var destroyed: [String: SetError] = [:]

        var isEmpty: Bool { created.isEmpty && updated.isEmpty && destroyed.isEmpty }
    }

    /// Takes out what may succeed when it is tried again. Nothing, when nothing succeeded that could make a difference.
    mutating func takeRefused() -> Refused {
        guard !updated.isEmpty || !destroyed.isEmpty || !created.isEmpty else { return Refused() }
        return Refused(
            created: Self.take(from: &notCreated), updated: Self.take(from: &notUpdated),
            destroyed: Self.take(from: &notDestroyed))
    }

    private static func take(from errors: inout [(String, SetError)]) -> [String: SetError] {
        let taken = errors.filter(\.1.mayPass)
        errors.removeAll(where: \.1.mayPass)
        return Dictionary(taken, uniquingKeysWith: { first, _ in first })
    }

    /// Says of what was refused again why it was refused first.
    mutating func giveReasons(of refused: Refused) {
        notCreated = notCreated.map { ($0, refused.created[$0] ?? $1) }
        notUpdated = notUpdated.map { ($0, refused.updated[$0] ?? $1) }
        notDestroyed = notDestroyed.map { ($0, refused.destroyed[$0] ?? $1) }
    }

    /// The whole answer of a /set call.
    func write(oldState: StateToken, newState: StateToken, _ call: inout MethodCall) {
        call.writer.beginObject()
        writeCreated(oldState: oldState, newState: newState, &call)
        writeChanged(&call)
        call.writer.endObject()
    }

    /// The same for types that belong to no account and have no state.
    func writeWithoutAccount(_ call: inout MethodCall) {
        call.writer.beginObject()
        writeCreated(&call)
        writeChanged(&call)
        call.writer.endObject()
    }

    private func writeChanged(_ call: inout MethodCall) {
        call.writer.key("updated")
        Self.writeMap(updated, &call.writer) { changed, writer in
            if let changed { writer.value(json: changed) } else { writer.null() }
        }
        call.writer.key("destroyed")
        if destroyed.isEmpty {
            call.writer.null()
        } else {
            call.writer.beginArray()
            for id in destroyed { call.writer.value(id) }
            call.writer.endArray()
        }
        call.writer.key("notUpdated")
        Self.writeMap(notUpdated, &call.writer) { $0.write(&$1) }
        call.writer.key("notDestroyed")
        Self.writeMap(notDestroyed, &call.writer) { $0.write(&$1) }
    }

    /// The members that Email/import answers with too, without the braces.
    func writeCreated(oldState: StateToken, newState: StateToken, _ call: inout MethodCall) {
        call.writeAccountID()
        call.writer.key("oldState")
        call.writer.value(oldState)
        call.writer.key("newState")
        call.writer.value(newState)
        writeCreated(&call)
    }

    private func writeCreated(_ call: inout MethodCall) {
        call.writer.key("created")
        Self.writeMap(created, &call.writer) { $1.value(json: $0) }
        call.writer.key("notCreated")
        Self.writeMap(notCreated, &call.writer) { $0.write(&$1) }
    }

    /// A map, or null when it is empty. What was named twice, by its id and by its creation id, is in it once.
    private static func writeMap<Value>(
        _ entries: [(String, Value)], _ writer: inout JSONWriter, _ write: (Value, inout JSONWriter) -> Void
    ) {
        guard !entries.isEmpty else { return writer.null() }
        writer.beginObject()
        var seen: Set<String> = []
        for (key, value) in entries where seen.insert(key).inserted {
            writer.key(text: key)
            write(value, &writer)
        }
        writer.endObject()
    }
}
