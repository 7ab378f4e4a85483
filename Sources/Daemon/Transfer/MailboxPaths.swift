import Foundation
import MailFiles
import MailModel
import MailStore

/// An account's mailboxes by their way from the top; those that are missing are made.
final class MailboxPaths {
    private let account: Account
    private var known: [[String]: MailboxID] = [:]
    private var roles: [MailboxRole: MailboxID] = [:]
    private(set) var made = 0

    init(_ account: Account) async throws {
        self.account = account
        let mailboxes = try await account.read { try $0.mailboxes() }
        for mailbox in mailboxes {
            known[Self.path(of: mailbox, in: mailboxes)] = mailbox.id
            if let role = mailbox.role { roles[role] = mailbox.id }
        }
    }

    static func path(of mailbox: Mailbox, in all: [Mailbox]) -> [String] {
        var path = [mailbox.name]
        var parent = mailbox.parentID
        while let id = parent, let next = all.first(where: { $0.id == id }), path.count <= MailboxRules.depth {
            path.insert(next.name, at: 0)
            parent = next.parentID
        }
        return path
    }

    /// The mailbox that a file's folder is: the Inbox for the top, one of that name, one of the role that programs give
    /// such a name, else a new one.
    func mailbox(_ path: [String]) async throws -> MailboxID {
        var path = path.map { MailboxPaths.clean($0) }
        guard let first = path.first else { return try await mailbox(.inbox) }
        if first.lowercased() == "inbox", let inbox = known.first(where: { $0.value == roles[.inbox] }) {
            path.replaceSubrange(..<1, with: inbox.key)
        }
        if let id = known[path] { return id }
        if path.count == 1, let role = FolderNames.role(of: first), let id = roles[role] { return id }
        let parent = path.count > 1 ? try await mailbox(Array(path.dropLast())) : nil
        let name = path[path.count - 1]
        let id = try await account.write { writer in
            let same = try writer.reader.mailboxes().first { $0.parentID == parent && $0.name == name }
            return try same?.id ?? writer.createMailbox(NewMailbox(name: name, parentID: parent, sortOrder: 10))
        }
        made += 1
        known[path] = id
        return id
    }

    func mailbox(_ role: MailboxRole) async throws -> MailboxID {
        if let id = roles[role] { return id }
        guard role != .inbox else { throw CommandError(.software, "The account has no Inbox.") }
        return try await mailbox([role.rawValue.prefix(1).uppercased() + role.rawValue.dropFirst()])
    }

    func isRole(_ id: MailboxID) -> Bool { roles.values.contains(id) }

    /// What a mailbox's name may be: not blank, without control characters, at most 255 octets.
    private static func clean(_ name: String) -> String {
        var scalars = String.UnicodeScalarView(
            name.unicodeScalars.filter { $0.properties.generalCategory != .control })
        while String(scalars).utf8.count > MailboxRules.nameOctets { scalars.removeLast() }
        let text = String(scalars).precomposedStringWithCanonicalMapping
        return text.allSatisfy(\.isWhitespace) ? "unnamed" : text
    }
}
