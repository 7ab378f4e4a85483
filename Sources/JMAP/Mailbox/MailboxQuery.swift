import JSON
import MailModel
import MailStore

extension Method {
    /// RFC 8621 §2.3. An account has few mailboxes: all are read, then filtered and sorted here.
    static let mailboxQuery = Method(
        "Mailbox/query", .mail,
        .read { call, reader in
            let arguments = try QueryArguments(&call)
            let list = try MailboxList(filter: arguments.filter, sort: arguments.sort, &call.arguments)
            try call.arguments.end()
            let window = try QueryWindow(list.ids(of: reader.mailboxes(nil)), arguments)
            try call.writeQuery(window, arguments, state: reader.state(of: .mailbox), .byChanges)
        })

    /// RFC 8621 §2.4. A mailbox's place depends on what it is itself and, in a tree, on what those above it are: all that
    /// changed, with everything below, is taken out and put in again. Their counts place nothing.
    static let mailboxQueryChanges = Method(
        "Mailbox/queryChanges", .mail,
        .read { call, reader in
            let arguments = try QueryChangesArguments(&call)
            let list = try MailboxList(filter: arguments.filter, sort: arguments.sort, &call.arguments)
            try call.arguments.end()
            let changes = try reader.mailboxChanges(since: arguments.sinceState)
            let mailboxes = try reader.mailboxes(nil)
            let affected = list.affected(by: changes.created + changes.updated, among: mailboxes)
            try call.writeQueryChanges(changes, list: list.ids(of: mailboxes), affected: affected, arguments)
        })
}

/// What a Mailbox/query lists, and in which order.
private struct MailboxList {
    private let filter: Filter<MailboxCondition>?
    private let order: MailboxOrder
    private let sortsAsTree: Bool
    private let filtersAsTree: Bool

    init(filter: JSONObject?, sort: [QueryArguments.Comparator], _ arguments: inout Arguments) throws {
        self.filter = try filter.map { try Filter($0, MailboxCondition.init) }
        order = try MailboxOrder(sort)
        sortsAsTree = try arguments.takeBool("sortAsTree", default: false)
        filtersAsTree = try arguments.takeBool("filterAsTree", default: false)
    }

    func ids(of mailboxes: [Mailbox]) -> [MailboxID] {
        let tree = MailboxTree(mailboxes)
        var found = mailboxes.filter { mailbox in filter?.matches { $0.isMet(by: mailbox) } ?? true }
        if filtersAsTree { found = tree.withWholeLineage(found) }
        return (sortsAsTree ? tree.sorted(found, by: order) : found.sorted(by: order.precedes)).map(\.id)
    }

    /// Those of `mailboxes` whose place may be another one since `changed` changed.
    func affected(by changed: [MailboxID], among mailboxes: [Mailbox]) -> Set<MailboxID> {
        guard sortsAsTree || filtersAsTree else { return Set(changed) }
        let children = Dictionary(grouping: mailboxes, by: \.parentID)
        var affected: Set<MailboxID> = []
        var waiting = changed
        while let id = waiting.popLast() {
            guard affected.insert(id).inserted else { continue }
            waiting += (children[id] ?? []).map(\.id)
        }
        return affected
    }
}
