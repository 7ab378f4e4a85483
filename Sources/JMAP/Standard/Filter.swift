import JSON

/// A FilterOperator tree (RFC 8620 §5.5) over conditions of one type.
indirect enum Filter<Condition> {
    case condition(Condition)
    case all([Filter])
    case any([Filter])
    case noneOf([Filter])

    /// Conditions and operators that one filter may have in all.
    static var maximumCount: Int { 200 }

    /// Reads a filter; `condition` reads an object that has no `operator`.
    init(_ object: JSONObject, _ condition: (JSONObject) throws -> Condition) throws {
        var count = 0
        self = try Self.read(object, &count, condition)
    }

    private static func read(
        _ object: JSONObject, _ count: inout Int, _ condition: (JSONObject) throws -> Condition
    ) throws -> Filter {
        count += 1
        guard count <= maximumCount else {
            throw MethodError(.unsupportedFilter, "A filter of more than \(maximumCount) conditions is not supported.")
        }
        guard let name = object["operator"] else { return .condition(try condition(object)) }
        guard let items = object["conditions"]?.array, object.count == 2 else {
            throw MethodError.invalidArguments("A filter operator has an operator and an array of conditions.")
        }
        let filters = try items.map { item in
            guard let item = item.object else { throw MethodError.invalidArguments("A filter is an object.") }
            return try read(item, &count, condition)
        }
        switch name.string {
        case "AND": return .all(filters)
        case "OR": return .any(filters)
        case "NOT": return .noneOf(filters)
        default: throw MethodError.invalidArguments("A filter's operator is AND, OR or NOT.")
        }
    }

    func matches(_ isMet: (Condition) -> Bool) -> Bool {
        switch self {
        case .condition(let condition): isMet(condition)
        case .all(let filters): filters.allSatisfy { $0.matches(isMet) }
        case .any(let filters): filters.contains { $0.matches(isMet) }
        case .noneOf(let filters): !filters.contains { $0.matches(isMet) }
        }
    }
}
