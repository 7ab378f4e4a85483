import JSON
import MailModel
import MailStore

/// The arguments of a /changes call (RFC 8620 §5.2).
struct ChangesArguments {
    let sinceState: StateToken
    let maxChanges: Int?

    /// A string that is no state of ours is one that changes cannot be calculated from.
    init(_ call: inout MethodCall) throws {
        try call.takeAccountID()
        let text = try call.arguments.takeString("sinceState")
        maxChanges = try call.arguments.takeOptionalUnsigned("maxChanges")
        try call.arguments.end()
        guard maxChanges != 0 else { throw MethodError.invalidArguments("The argument maxChanges is 0.") }
        guard let state = StateToken(text) else {
            throw MethodError(.cannotCalculateChanges, "\(text.quoted) is no state that this server gave.")
        }
        sinceState = state
    }
}

extension Method {
    /// The /changes call of a type that answers with nothing of its own (RFC 8620 §5.2).
    static func changes<ID: EntityID>(
        _ name: String, _ capability: Capability, of type: DataType, as id: ID.Type
    ) -> Method {
        Method(
            name, capability,
            .read { call, reader in
                let arguments = try ChangesArguments(&call)
                let changes = try reader.changes(
                    of: type, as: id, since: arguments.sinceState, max: arguments.maxChanges)
                call.writeChanges(changes, since: arguments.sinceState)
            })
    }
}

extension MethodCall {
    /// Writes the answer of a /changes call; `more` adds members of the type's own.
    mutating func writeChanges<ID: EntityID>(
        _ changes: Changes<ID>, since state: StateToken, more: (inout JSONWriter) -> Void = { _ in }
    ) {
        writer.beginObject()
        writeAccountID()
        writer.key("oldState")
        writer.value(state)
        writer.key("newState")
        writer.value(changes.newState)
        writer.key("hasMoreChanges")
        writer.value(changes.hasMore)
        writer.key("created")
        writer.value(ids: changes.created)
        writer.key("updated")
        writer.value(ids: changes.updated)
        writer.key("destroyed")
        writer.value(ids: changes.destroyed)
        more(&writer)
        writer.endObject()
    }
}
