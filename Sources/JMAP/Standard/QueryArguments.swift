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

    private static func comparators(_ value: JSONValue?) throws -> [Comparator] {
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
                collation: try string(item, "collation").map(Collation.init(named:)) ?? .unicodeCasemap)
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

/// How strings are put in order (RFC 4790), as advertised in the core capability.
enum Collation: String, CaseIterable {
    case asciiCasemap = "i;ascii-casemap"
    case unicodeCasemap = "i;unicode-casemap"

    init(named name: String) throws {
        guard let collation = Collation(rawValue: name) else {
            throw MethodError(.unsupportedSort, "The collation \(name.quoted) is not supported.")
        }
        self = collation
    }

    /// What strings are compared by.
    func key(_ text: String) -> String {
        switch self {
        case .asciiCasemap:
            String(decoding: text.utf8.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }, as: UTF8.self)
        case .unicodeCasemap:
            // RFC 5051 §2: each code point's title case, compared in a normal form (as Swift's strings are).
            text.unicodeScalars.reduce(into: "") { $0 += $1.properties.titlecaseMapping }
        }
    }
}
