import MailModel

/// An account's mailboxes as they would be, to be judged before anything is written.
struct MailboxTree {
    struct Node: Equatable {
        var name: String
        var parent: MailboxID?
        var role: MailboxRole?
        var sortOrder: Int
        var isSubscribed: Bool
    }

    var nodes: [MailboxID: Node]

    init(reader: AccountReader) throws {
        nodes = try reader.mailboxes().reduce(into: [:]) { nodes, mailbox in
            nodes[mailbox.id] = Node(
                name: mailbox.name, parent: mailbox.parentID, role: mailbox.role, sortOrder: mailbox.sortOrder,
                isSubscribed: mailbox.isSubscribed)
        }
    }

    var inbox: MailboxID? { nodes.first { $0.value.role == .inbox }?.key }
    var trash: MailboxID? { nodes.first { $0.value.role == .trash }?.key }

    /// Polled mail and old devices need a place that is always there.
    static let inboxStays = MailStoreError(
        .invalidProperty("role"), "An account has an Inbox: give the role to another mailbox first.")

    /// All updates at once, less those that break a rule: when one is taken back, the others are judged again without it.
    func applying(_ updates: [MailboxID: MailboxUpdate]) -> (tree: MailboxTree, refused: [MailboxID: MailStoreError]) {
        var refused: [MailboxID: MailStoreError] = [:]
        for id in updates.keys where nodes[id] == nil { refused[id] = MailStoreError.notFound("mailbox \(id)") }
        while true {
            var tree = self
            let accepted = updates.filter { refused[$0.key] == nil }
            for (id, update) in accepted { tree.nodes[id]?.apply(update) }
            var problem = accepted.keys.sorted().lazy.compactMap { id in tree.problem(with: id).map { (id, $0) } }.first
            if problem == nil, let inbox, tree.inbox == nil { problem = (inbox, Self.inboxStays) }
            guard let (id, reason) = problem else { return (tree, refused) }
            refused[id] = reason
        }
    }

    /// Why one mailbox cannot be as it is; nil when it can.
    func problem(with id: MailboxID) -> MailStoreError? {
        guard let node = nodes[id] else { return nil }
        if let problem = MailboxRules.problem(withName: node.name) { return problem }
        guard MailboxRules.sortOrder.contains(node.sortOrder) else {
            return MailStoreError(.invalidProperty("sortOrder"), "A sort order must be from 0 to 2147483647.")
        }
        if let problem = problemWithPlace(of: id, node) { return problem }
        if let role = node.role, nodes.contains(where: { $0.key != id && $0.value.role == role }) {
            return MailStoreError(.invalidProperty("role"), "Another mailbox has the role \(role.rawValue).")
        }
        if nodes.contains(where: { $0.key != id && $0.value.parent == node.parent && $0.value.name == node.name }) {
            return MailStoreError(.alreadyExists, "There is a mailbox named \(node.name) in the same place.")
        }
        return nil
    }

    /// The way to the top must exist, end, and with the mailboxes below stay within the depth limit.
    private func problemWithPlace(of id: MailboxID, _ node: Node) -> MailStoreError? {
        var depth = 1
        var parent = node.parent
        while let id = parent {
            guard let next = nodes[id] else {
                return MailStoreError(.invalidProperty("parentId"), "There is no mailbox \(id).")
            }
            depth += 1
            guard depth <= nodes.count else {
                return MailStoreError(.invalidProperty("parentId"), "A mailbox cannot be inside itself.")
            }
            parent = next.parent
        }
        guard depth + height(below: id) <= MailboxRules.depth else {
            return MailStoreError(
                .invalidProperty("parentId"), "Mailboxes may be nested \(MailboxRules.depth) deep, not deeper.")
        }
        return nil
    }

    /// How many levels hang below a mailbox. Called only when the way up from it ends, so no loop passes through it.
    private func height(below id: MailboxID) -> Int {
        let children = Dictionary(grouping: nodes, by: { $0.value.parent })
        var level = [id]
        var height = -1
        while !level.isEmpty, height <= MailboxRules.depth {
            height += 1
            level = level.flatMap { (children[$0] ?? []).map(\.key) }
        }
        return height
    }
}

extension MailboxTree.Node {
    fileprivate mutating func apply(_ update: MailboxUpdate) {
        if let name = update.name { self.name = MailboxRules.normalised(name) }
        if let parentID = update.parentID { parent = parentID }
        if let role = update.role { self.role = role }
        if let sortOrder = update.sortOrder { self.sortOrder = sortOrder }
        if let isSubscribed = update.isSubscribed { self.isSubscribed = isSubscribed }
    }
}
