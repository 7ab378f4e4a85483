import MailModel
import MailStore

/// The comparators of a Mailbox/query; ties are broken by id, so that the order is total.
struct MailboxOrder {
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
struct MailboxTree {
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
