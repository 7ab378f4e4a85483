import JSON
import MailModel
import MailStore

extension Method {
    /// RFC 8620 §5.5. Filters: `name` (contained), `role`, `disabled`. Sorts: `name`, `createdAt`; else by name.
    static let userQuery = Method(
        "User/query", .admin,
        .waiting { call, _ in
            let arguments = try QueryArguments(&call)
            try call.arguments.end()
            let filter = try arguments.filter.map { try Filter($0, UserCondition.init) }
            let precedes = try order(arguments.sort)
            let state = call.store.userState(of: call.principal.account)
            let found = try await call.store.users(visibleTo: call.principal)
                .filter { user in filter?.matches { $0.isMet(by: user) } ?? true }
                .sorted(by: precedes)
            try call.writeQuery(
                QueryWindow(found.map(\.id), arguments), arguments, state: state, .byAskingAgain)
            try call.checkSize()
        })

    private static func order(_ comparators: [QueryArguments.Comparator]) throws -> (User, User) -> Bool {
        for comparator in comparators where !["name", "createdAt"].contains(comparator.property) {
            throw MethodError(.unsupportedSort, "Users are not sorted by \((comparator.property ?? "").quoted).")
        }
        return { one, other in
            for comparator in comparators {
                if comparator.property == "createdAt", one.createdAt != other.createdAt {
                    return (one.createdAt < other.createdAt) == comparator.isAscending
                }
                if comparator.property == "name", one.name != other.name {
                    return (one.name < other.name) == comparator.isAscending
                }
            }
            return one.name < other.name
        }
    }
}

/// The members that are set must all hold.
private struct UserCondition {
    private var name: String?
    private var role: UserRole?
    private var isDisabled: Bool?

    init(_ object: JSONObject) throws {
        for member in object.members {
            let isValid: Bool
            switch member.key {
            case "name":
                name = member.value.string?.lowercased()
                isValid = name != nil
            case "role":
                role = member.value.string.flatMap(UserRole.init(rawValue:))
                isValid = role != nil
            case "disabled":
                isDisabled = member.value.bool
                isValid = isDisabled != nil
            default:
                throw MethodError.invalidArguments("Users have no filter \(member.key.quoted).")
            }
            guard isValid else {
                throw MethodError.invalidArguments("The filter \(member.key) has a value of the wrong type.")
            }
        }
    }

    func isMet(by user: User) -> Bool {
        if let name, !name.isEmpty, !user.name.contains(name) { return false }
        if let role, role != user.role { return false }
        return isDisabled == nil || isDisabled == (user.disabledAt != nil)
    }
}
