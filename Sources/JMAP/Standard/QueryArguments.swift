import JSON
import MailModel

/// The arguments that every /query call takes (RFC 8620 §5.5).
struct QueryArguments {
    /// One way to compare two records.
    struct Comparator {
        /// Nil when the client gave none, which no type supports.
        let property: String?
        let isAscending: Bool
        let collation: Collation
        /// What a comparison by a keyword (RFC 8621 §4.4.2) is about.
        let keyword: String?
    }

    /// Comparators that one query may have.
    static let maximumComparators = 16

    let filter: JSONObject?
    let sort: [Comparator]
    let position: Int
    let anchor: String?
    let anchorOffset: Int
    let limit: Int?
    let calculatesTotal: Bool

    init(_ call: inout MethodCall) throws {
        try call.takeAccountID()
        filter = try call.arguments.takeOptionalObject("filter")
        sort = try Self.comparators(call.arguments.take("sort"))
        position = try call.arguments.takeInt("position")
        anchor = try call.arguments.takeOptionalString("anchor")
        anchorOffset = try call.arguments.takeInt("anchorOffset")
        limit = try call.arguments.takeOptionalUnsigned("limit")
        calculatesTotal = try call.arguments.takeBool("calculateTotal", default: false)
    }

    static func comparators(_ value: JSONValue?) throws -> [Comparator] {
        guard let value else { return [] }
        guard let items = value.array else { throw MethodError.invalidArguments("The argument sort is not an array.") }
        guard items.count <= maximumComparators else {
            throw MethodError(.unsupportedSort, "More than \(maximumComparators) comparators are not supported.")
        }
        return try items.map { item in
            guard let item = item.object else { throw MethodError.invalidArguments("A comparator is an object.") }
            return Comparator(
                property: try string(item, "property"),
                isAscending: try flag(item, "isAscending") ?? true,
                collation: try string(item, "collation").map(Collation.init(named:)) ?? .unicodeCasemap,
                keyword: try string(item, "keyword"))
        }
    }

    private static func string(_ comparator: JSONObject, _ name: String) throws -> String? {
        guard let value = comparator[name], !value.isNull else { return nil }
        guard let text = value.string else {
            throw MethodError.invalidArguments("A comparator's \(name) is not a string.")
        }
        return text
    }

    private static func flag(_ comparator: JSONObject, _ name: String) throws -> Bool? {
        guard let value = comparator[name] else { return nil }
        guard let flag = value.bool else { throw MethodError.invalidArguments("A comparator's \(name) is no Boolean.") }
        return flag
    }
}

extension Collation {
    /// One of those that the core capability advertises.
    init(named name: String) throws {
        guard let collation = Collation(rawValue: name) else {
            throw MethodError(.unsupportedSort, "The collation \(name.quoted) is not supported.")
        }
        self = collation
    }
}
