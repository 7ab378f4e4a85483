import JSON
import MailModel

/// The stretch of a whole list of results that a /query call asked for (RFC 8620 §5.5).
struct QueryWindow<ID: EntityID> {
    let ids: [ID]
    let position: Int
    let total: Int

    init(_ all: [ID], _ arguments: QueryArguments) throws {
        total = all.count
        var start = arguments.position < 0 ? max(0, all.count + arguments.position) : arguments.position
        if let anchor = arguments.anchor {
            guard let id = ID(anchor), let index = all.firstIndex(of: id) else {
                throw MethodError(.anchorNotFound, "\(anchor.quoted) is not among the results.")
            }
            start = max(0, index + arguments.anchorOffset)
        }
        position = start
        ids = Array(all.dropFirst(start).prefix(arguments.limit ?? all.count))
    }
}

/// How a client may follow a list that it was given: the `canCalculateChanges` of its answer.
enum QueryFollowing {
    case byChanges
    /// The type has no /queryChanges, or the list may change in ways that it is not told of.
    case byAskingAgain
}

extension MethodCall {
    /// Writes the answer of a /query call.
    mutating func writeQuery(
        ids: some Sequence<some EntityID>, position: Int, total: Int?, queryState: StateToken,
        _ following: QueryFollowing
    ) {
        writer.beginObject()
        writeAccountID()
        writer.key("queryState")
        writer.value(queryState)
        writer.key("canCalculateChanges")
        writer.value(following == .byChanges)
        writer.key("position")
        writer.value(position)
        writer.key("ids")
        writer.value(ids: ids)
        if let total {
            writer.key("total")
            writer.value(total)
        }
        writer.endObject()
    }

    mutating func writeQuery(
        _ window: QueryWindow<some EntityID>, _ arguments: QueryArguments, state: StateToken,
        _ following: QueryFollowing
    ) {
        writeQuery(
            ids: window.ids, position: window.position, total: arguments.calculatesTotal ? window.total : nil,
            queryState: state, following)
    }
}
