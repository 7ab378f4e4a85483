import JSON
import MailModel

/// The `ids` of a /get call (RFC 8620 §5.1): each once, and apart from those that no record of the type can have. `#` and
/// a creation id stand for what an earlier call of the request created.
struct RequestedIDs<ID: EntityID> {
    /// Nil asks for all records.
    let ids: [ID]?
    /// What is nobody's id, as it was given.
    private let malformed: [String]

    /// - Parameter most: ids that this method may be asked for, where they are fewer than any /get's.
    init(_ call: inout MethodCall, most: Int? = nil) throws {
        guard let texts = try call.arguments.takeOptionalStrings("ids") else {
            ids = nil
            malformed = []
            return
        }
        var ids: [ID] = []
        var malformed: [String] = []
        for text in call.createdIDs.resolveAll(texts) {
            if let id = ID(text) { ids.append(id) } else { malformed.append(text) }
        }
        try Self.check(ids.count + malformed.count, most: most ?? call.limits.objectsInGet)
        self.ids = ids
        self.malformed = malformed
    }

    /// Refuses to return more records than a call may ask for.
    static func check(_ count: Int, _ limits: Limits.JMAP) throws {
        try check(count, most: limits.objectsInGet)
    }

    static func check(_ count: Int, most: Int) throws {
        guard count <= most else {
            throw MethodError(.requestTooLarge, "\(count) objects are more than \(most).")
        }
    }

    /// Those of `all` that are asked for, in the order of asking.
    func select<Record>(_ all: [Record], id: (Record) -> ID) -> [Record] {
        guard let ids else { return all }
        let byID = Dictionary(all.map { (id($0), $0) }, uniquingKeysWith: { first, _ in first })
        return ids.compactMap { byID[$0] }
    }

    /// The `notFound` member: what was asked for and is not among `found`.
    func writeNotFound(_ found: Set<ID>, _ writer: inout JSONWriter) {
        writer.key("notFound")
        writer.beginArray()
        for id in ids ?? [] where !found.contains(id) { writer.value(id) }
        for text in malformed { writer.value(text) }
        writer.endArray()
    }
}
