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

    /// The octets of a message from `offset` on, at most `MessageChunk.octets` of them; nil when it is gone.
    func octets(of number: MessageNumber, from offset: Int) async throws -> MessageChunk? {
        guard messages.indices.contains(number.value - 1) else { return nil }
        let blob = messages[number.value - 1].blob
        return try await account.read { reader in
            try reader.withBlob(blob) { MessageChunk(of: $0, from: offset) }
        }
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

/// A piece of a message.
struct MessageChunk: Sendable {
    /// The most octets of a piece: what one session holds in memory of a large message.
    static let octets = 8 * 1024 * 1024

    let bytes: [UInt8]
    let isLast: Bool

    init(of message: UnsafeRawBufferPointer, from offset: Int) {
        let start = min(max(0, offset), message.count)
        let end = min(message.count, start + Self.octets)
        bytes = Array(UnsafeRawBufferPointer(rebasing: message[start..<end]))
        isLast = end == message.count
    }
}

extension AccountWriter {
    fileprivate func moveFromInboxToTrash(_ ids: [EmailID]) throws {
        guard let inbox = try reader.mailbox(withRole: .inbox)?.id else { return }
        guard let trash = try reader.mailbox(withRole: .trash)?.id else { throw MailStoreError.notFound("Trash") }
        for email in try reader.emails(ids) where email.mailboxIDs.contains(inbox) {
            var mailboxes = Set(email.mailboxIDs)
            mailboxes.remove(inbox)
            mailboxes.insert(trash)
            try setMailboxes(mailboxes, of: email.id)
        }
    }
}
