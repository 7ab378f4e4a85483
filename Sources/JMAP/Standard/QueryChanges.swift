import JSON
import MailModel
import MailStore

/// The arguments that every /queryChanges call takes (RFC 8620 §5.6).
struct QueryChangesArguments {
    let filter: JSONObject?
    let sort: [QueryArguments.Comparator]
    let sinceState: StateToken
    let maxChanges: Int?
    let upToID: String?
    let calculatesTotal: Bool

    init(_ call: inout MethodCall) throws {
        try call.takeAccountID()
        filter = try call.arguments.takeOptionalObject("filter")
        sort = try QueryArguments.comparators(call.arguments.take("sort"))
        let text = try call.arguments.takeString("sinceQueryState")
        maxChanges = try call.arguments.takeOptionalUnsigned("maxChanges")
        upToID = try call.arguments.takeOptionalString("upToId")
        calculatesTotal = try call.arguments.takeBool("calculateTotal", default: false)
        guard let state = StateToken(text) else {
            throw MethodError(.cannotCalculateChanges, "\(text.quoted) is no state that this server gave.")
        }
        sinceState = state
    }
}

extension MethodCall {
    /// Writes the answer of a /queryChanges call over few records, whose list is made anew: what may stand elsewhere is
    /// taken out and put in again.
    ///
    /// - Parameters:
    ///   - list: The present list.
    ///   - affected: What may stand elsewhere than in the old list; nil when it is just what was created or updated.
    mutating func writeQueryChanges<ID: EntityID>(
        _ changes: Changes<ID>, list: [ID], affected: Set<ID>? = nil, _ arguments: QueryChangesArguments
    ) throws {
        let affected = affected ?? Set(changes.created + changes.updated)
        let added = list.enumerated().filter { affected.contains($0.element) }
        try writeQueryChanges(
            QueryChanges(
                removed: affected.subtracting(changes.created).union(changes.destroyed).sorted(),
                added: added.map { .init(id: $0.element, index: $0.offset) },
                total: arguments.calculatesTotal ? list.count : nil, newState: changes.newState),
            arguments)
    }

    /// Writes the answer of a /queryChanges call.
    /// - Throws: `tooManyChanges` when there are more than the client takes.
    mutating func writeQueryChanges<ID: EntityID>(
        _ changes: QueryChanges<ID>, _ arguments: QueryChangesArguments
    ) throws {
        let count = changes.removed.count + changes.added.count
        if let maximum = arguments.maxChanges, count > maximum {
            throw MethodError(.tooManyChanges, "There are \(count) changes, more than \(maximum).")
        }
        writer.beginObject()
        writeAccountID()
        writer.key("oldQueryState")
        writer.value(arguments.sinceState)
        writer.key("newQueryState")
        writer.value(changes.newState)
        if let total = changes.total {
            writer.key("total")
            writer.value(total)
        }
        writer.key("removed")
        writer.value(ids: changes.removed)
        writer.key("added")
        writer.beginArray()
        for added in changes.added {
            writer.beginObject()
            writer.key("id")
            writer.value(added.id)
            writer.key("index")
            writer.value(added.index)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }
}
