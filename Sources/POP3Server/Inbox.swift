import MailModel
import MailStore
import NIOCore
import POP3

/// An account's Inbox as it stood at sign-in.
struct Inbox: Sendable {
    private struct Message: Sendable {
        var email: EmailID
        var blob: BlobID
        var octets: Int
    }

    /// Emails moved in one transaction: devices' changes go on in between.
    private static let moveBatch = 200

    private let account: Account
    private let messages: [Message]

    static func open(_ account: Account) async throws -> Inbox {
        let messages = try await account.read { reader -> [Message] in
            guard let inbox = try reader.mailbox(withRole: .inbox) else { return [] }
            return try reader.entries(of: inbox.id).map { Message(email: $0.email, blob: $0.blob, octets: $0.size) }
        }
        return Inbox(account: account, messages: messages)
    }

    /// What the server machine lists: the unique-id is the email's id.
    var maildrop: ServerMaildrop {
        var maildrop = ServerMaildrop()
        for message in messages {
            guard let uniqueID = UniqueID(message.email.description.utf8) else { continue }
            maildrop.append(octets: message.octets, uniqueID: uniqueID)
        }
        return maildrop
    }

    /// The octets of a message; nil when it is gone.
    func message(_ number: MessageNumber) async throws -> OpenBlob? {
        guard messages.indices.contains(number.value - 1) else { return nil }
        let blob = messages[number.value - 1].blob
        return try await account.read { try $0.openBlob(blob) }
    }

    /// Moves emails from Inbox to Trash. Those that are gone, or no longer in Inbox, stay as they are.
    func moveToTrash(_ numbers: [MessageNumber]) async throws {
        let emails = numbers.compactMap { number in
            messages.indices.contains(number.value - 1) ? messages[number.value - 1].email : nil
        }
        var rest = emails[...]
        while !rest.isEmpty {
            let batch = Array(rest.prefix(Self.moveBatch))
            rest = rest.dropFirst(batch.count)
            try await account.write { try $0.moveFromInboxToTrash(batch) }
        }
    }
}

extension AccountWriter {
    fileprivate func moveFromInboxToTrash(_ ids: [EmailID]) throws {
        guard let inbox = try reader.mailbox(withRole: .inbox)?.id else { return }
        let trash = try reader.mailbox(withRole: .trash)?.id ?? makeTrash()
        for email in try reader.emails(ids) where email.mailboxIDs.contains(inbox) {
            var mailboxes = Set(email.mailboxIDs)
            mailboxes.remove(inbox)
            mailboxes.insert(trash)
            try setMailboxes(mailboxes, of: email.id)
        }
    }

    /// Somebody removed it, or took its role away: an old device knows of no other way to be rid of a message.
    private func makeTrash() throws -> MailboxID {
        let names = Set(try reader.mailboxes().filter { $0.parentID == nil }.map(\.name))
        let free = (1...).lazy.map { $0 == 1 ? "Trash" : "Trash \($0)" }.first { !names.contains($0) }
        return try createMailbox(NewMailbox(name: free ?? "Trash", role: .trash, sortOrder: 10))
    }
}
