import JSON
import MailModel
import MailStore

extension Method {
    /// RFC 8621 §2.3. An account has few mailboxes: all are read, then filtered and sorted here.
    static let mailboxQuery = Method(
        "Mailbox/query", .mail,
        .read { call, reader in
            let arguments = try QueryArguments(&call)
            let sortsAsTree = try call.arguments.takeBool("sortAsTree", default: false)
            let filtersAsTree = try call.arguments.takeBool("filterAsTree", default: false)
            try call.arguments.end()
            let filter = try arguments.filter.map { try Filter($0, MailboxCondition.init) }
            let order = try MailboxOrder(arguments.sort)
            let all = try reader.mailboxes(nil)
            let tree = MailboxTree(all)
            var found = all.filter { mailbox in filter?.matches { $0.isMet(by: mailbox) } ?? true }
            if filtersAsTree { found = tree.withWholeLineage(found) }
            found = sortsAsTree ? tree.sorted(found, by: order) : found.sorted(by: order.precedes)
            let window = try QueryWindow(found.map(\.id), arguments)
            try call.writeQuery(window, arguments, state: reader.state(of: .mailbox))
        })
}

/// RFC 8621 §2.3, FilterCondition: the members that are set must all hold.
private struct MailboxCondition {
    private var parent: JSONValue?
    private var name: String?
    private var role: JSONValue?
    private var hasAnyRole: Bool?
    private var isSubscribed: Bool?

    init(_ object: JSONObject) throws {
        for member in object.members {
            let isValid: Bool
            switch member.key {
            case "parentId":
                parent = member.value
                isValid = member.value.isNull || member.value.string != nil
            case "name":
                name = member.value.string.map { Collation.unicodeCasemap.key($0) }
                isValid = name != nil
            case "role":
                role = member.value
                isValid = member.value.isNull || member.value.string != nil
            case "hasAnyRole":
                hasAnyRole = member.value.bool
                isValid = hasAnyRole != nil
            case "isSubscribed":
                isSubscribed = member.value.bool
                isValid = isSubscribed != nil
            default:
                throw MethodError.invalidArguments("Mailboxes have no filter \(member.key.quoted).")
            }
            guard isValid else {
                throw MethodError.invalidArguments("The filter \(member.key) has a value of the wrong type.")
            }
        }
    }

    func isMet(by mailbox: Mailbox) -> Bool {
        if let parent, parent.string != mailbox.parentID?.description { return false }
        if let name, !name.isEmpty, !Collation.unicodeCasemap.key(mailbox.name).contains(name) { return false }
        if let role, role.string != mailbox.role?.rawValue { return false }
        if let hasAnyRole, hasAnyRole != (mailbox.role != nil) { return false }
        if let isSubscribed, isSubscribed != mailbox.isSubscribed { return false }
        return true
    }
}

/// The comparators of a Mailbox/query; ties are broken by id, so that the order is total.
private struct MailboxOrder {
    private enum Key {
        case sortOrder
        case name(Collation)
    }

    private var keys: [(key: Key, isAscending: Bool)] = []

    init(_ comparators: [QueryArguments.Comparator]) throws {
        for comparator in comparators {
            switch comparator.property {
            case "sortOrder": keys.append((.sortOrder, comparator.isAscending))
            case "name": keys.append((.name(comparator.collation), comparator.isAscending))
            default:
                let name = (comparator.property ?? "").quoted
                throw MethodError(.unsupportedSort, "Mailboxes are not sorted by \(name).")
            }
        }
    }

    func precedes(_ one: Mailbox, _ other: Mailbox) -> Bool {
        for (key, isAscending) in keys {
            let (first, second) = isAscending ? (one, other) : (other, one)
            switch key {
            case .sortOrder where first.sortOrder != second.sortOrder:
                return first.sortOrder < second.sortOrder
            case .sortOrder:
                continue
            case .name(let collation):
                let (firstName, secondName) = (collation.key(first.name), collation.key(second.name))
                if firstName != secondName { return firstName < secondName }
            }
        }
        return one.id < other.id
    }
}

/// Mailboxes by their parents.
private struct MailboxTree {
    private let all: [MailboxID: Mailbox]
    private let children: [MailboxID?: [Mailbox]]

    init(_ mailboxes: [Mailbox]) {
        all = Dictionary(mailboxes.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        children = Dictionary(grouping: mailboxes, by: \.parentID)
    }

    /// Those of `found` whose ancestors are all among them (RFC 8621 §2.3, filterAsTree).
    func withWholeLineage(_ found: [Mailbox]) -> [Mailbox] {
        let ids = Set(found.map(\.id))
        return found.filter { mailbox in
            var next = mailbox.parentID
            var steps = 0
            while let id = next, steps <= all.count {
                guard ids.contains(id) else { return false }
                next = all[id]?.parentID
                steps += 1
            }
            return true
        }
    }

    /// Parents before their children, siblings in `order` (RFC 8621 §2.3, sortAsTree).
    func sorted(_ found: [Mailbox], by order: MailboxOrder) -> [Mailbox] {
        let ids = Set(found.map(\.id))
        var result: [Mailbox] = []
        var stack = siblings(of: nil, order)
        while let mailbox = stack.popLast() {
            if ids.contains(mailbox.id) { result.append(mailbox) }
            stack += siblings(of: mailbox.id, order)
        }
        return result
    }

    /// Last first, for a stack.
    private func siblings(of parent: MailboxID?, _ order: MailboxOrder) -> [Mailbox] {
        (children[parent] ?? []).sorted { order.precedes($1, $0) }
    }
}
