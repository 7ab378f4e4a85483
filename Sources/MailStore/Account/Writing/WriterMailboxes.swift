import Foundation
import GRDB
public import MailModel

/// Mailboxes come, change and go (RFC 8621 §2.5).
extension AccountWriter {
    /// - Throws: `invalidProperty` for name, parentId, role, sortOrder; `alreadyExists` when a sibling has the name;
    ///   `overLimit`.
    public func createMailbox(_ new: NewMailbox) throws -> MailboxID {
        var tree = try MailboxTree(reader: reader)
        guard tree.nodes.count < MailboxRules.count else {
            throw MailStoreError(.overLimit, "An account may have \(MailboxRules.count) mailboxes.")
        }
        // Before the new one gets its id: a parent of that id is nobody's, not the mailbox itself.
        if let parent = new.parentID, tree.nodes[parent] == nil {
            throw MailStoreError(.invalidProperty("parentId"), "There is no mailbox \(parent).")
        }
        let id = transaction.makeMailboxID()
        var node = MailboxTree.Node(
            name: new.name, parent: new.parentID, role: new.role, sortOrder: new.sortOrder,
            isSubscribed: new.isSubscribed)
        node.name = MailboxRules.normalised(new.name)
        tree.nodes[id] = node
        if let problem = tree.problem(with: id) { throw problem }
        try transaction.verb {
            let modseq = transaction.note(.created, .mailbox, id.rawValue)
            try db.run(
                """
                INSERT INTO mailbox (id, parent, name, role, sortOrder, isSubscribed, uidValidity, uidNext,
                createdModseq, updatedModseq) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?8)
                """,
                .int(id.rawValue), .int(node.parent?.rawValue), .text(node.name), .text(node.role?.rawValue),
                .int(node.sortOrder), .int(node.isSubscribed ? 1 : 0), .int(transaction.makeUIDValidity()),
                .int(modseq.rawValue))
        }
        if node.role == .trash { transaction.forgetTrash() }
        return id
    }

    /// Changes several mailboxes at once, so that two can swap names: what must hold, must hold at the end.
    /// - Returns: why each that was refused was; those are as they were.
    public func updateMailboxes(_ updates: [MailboxID: MailboxUpdate]) throws -> [MailboxID: MailStoreError] {
        let old = try MailboxTree(reader: reader)
        let plan = old.applying(updates)
        let changed = plan.tree.nodes.filter { old.nodes[$0.key] != $0.value }
        guard !changed.isEmpty else { return plan.refused }
        try transaction.verb {
            try transaction.flush()
            // Names and roles are unique at every step for SQLite: those that move are parked first.
            for id in changed.keys {
                try db.run(
                    "UPDATE mailbox SET name = char(0) || id, parent = NULL, role = NULL WHERE id = ?",
                    .int(id.rawValue))
            }
            for (id, node) in changed { try write(node, id) }
            if old.trash != plan.tree.trash {
                transaction.forgetTrash()
                try transaction.recountUnreadThreads()
            }
        }
        return plan.refused
    }

    private func write(_ node: MailboxTree.Node, _ id: MailboxID) throws {
        let modseq = transaction.note(.updated, .mailbox, id.rawValue)
        try db.run(
            """
            UPDATE mailbox SET name = ?, parent = ?, role = ?, sortOrder = ?, isSubscribed = ?, updatedModseq = ?
            WHERE id = ?
            """,
            .text(node.name), .int(node.parent?.rawValue), .text(node.role?.rawValue), .int(node.sortOrder),
            .int(node.isSubscribed ? 1 : 0), .int(modseq.rawValue), .int(id.rawValue))
    }

    /// - Throws: `notFound`, `mailboxHasChild`, `mailboxHasEmail`; `invalidProperty("role")` for the Inbox.
    public func destroyMailbox(_ id: MailboxID, emails: MailboxEmails) throws {
        let tree = try MailboxTree(reader: reader)
        guard let node = tree.nodes[id] else { throw MailStoreError.notFound("mailbox \(id)") }
        guard node.role != .inbox else { throw MailboxTree.inboxStays }
        if tree.nodes.values.contains(where: { $0.parent == id }) {
            throw MailStoreError(.mailboxHasChild, "Mailbox \(node.name) has mailboxes in it.")
        }
        try transaction.verb {
            let inside = try db.all("SELECT email FROM emailMailbox WHERE mailbox = ?", .int(id.rawValue)) { row in
                EmailID(rawValue: row.int(0))
            }
            switch emails {
            case .keep:
                guard inside.isEmpty else {
                    throw MailStoreError(.mailboxHasEmail, "Mailbox \(node.name) has \(inside.count) emails in it.")
                }
            case .remove:
                for email in inside { try take(email, outOf: id) }
            }
            try forgetSnoozes(from: id)
            try transaction.flush()
            try forgetMailboxInRules(id)
            transaction.note(.destroyed, .mailbox, id.rawValue)
            try db.run("DELETE FROM mailbox WHERE id = ?", .int(id.rawValue))
            try db.run("DELETE FROM expunged WHERE mailbox = ?", .int(id.rawValue))
            if node.role == .trash { transaction.forgetTrash() }
        }
    }

    private func take(_ email: EmailID, outOf mailbox: MailboxID) throws {
        let others = try reader.mailboxIDs(of: email).subtracting([mailbox])
        if others.isEmpty { try destroyEmail(email) } else { try setMailboxes(others, of: email) }
    }
}

/// Bounds of what a mailbox may be.
public enum MailboxRules {
    /// How deep mailboxes nest: a mailbox at the top level is at depth 1.
    public static let depth = 20
    /// Octets of a name in UTF-8.
    public static let nameOctets = 255
    /// Mailboxes of an account.
    public static let count = 10_000
    public static let sortOrder = 0...Int(Int32.max)

    /// Names are kept in NFC (RFC 5198), so that what looks equal is equal.
    static func normalised(_ name: String) -> String { name.precomposedStringWithCanonicalMapping }

    /// Why a name is refused; nil when it is fine.
    static func problem(withName name: String) -> MailStoreError? {
        let isBlank = name.unicodeScalars.allSatisfy(\.properties.isWhitespace)
        let hasControl = name.unicodeScalars.contains { $0.properties.generalCategory == .control }
        if isBlank { return MailStoreError(.invalidProperty("name"), "A mailbox needs a name.") }
        if hasControl {
            return MailStoreError(.invalidProperty("name"), "A mailbox's name must not have control characters.")
        }
        guard name.utf8.count <= nameOctets else {
            return MailStoreError(
                .invalidProperty("name"), "A name of \(name.utf8.count) octets is over the limit of \(nameOctets).")
        }
        return nil
    }
}
