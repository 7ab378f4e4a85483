import MIME
public import MailModel
import Synchronization

/// A message from a file, and where it belongs.
public struct FileMessage: Sendable {
    public var message: PreparedMessage
    /// Where a new email goes; at least one.
    public var mailboxIDs: Set<MailboxID>
    /// Of those, the ones that a message which is here already is put into as well: the user's own, not the Inbox or the
    /// archive, where everything has to be that is nowhere else.
    public var addedMailboxIDs: Set<MailboxID>
    public var keywords: Set<Keyword>
    public var receivedAt: Timestamp
    /// Where it was found; the same place again is no news.
    public var place: String

    public init(
        _ message: PreparedMessage, mailboxIDs: Set<MailboxID>, addedMailboxIDs: Set<MailboxID>,
        keywords: Set<Keyword>, receivedAt: Timestamp, place: String
    ) {
        self.message = message
        self.mailboxIDs = mailboxIDs
        self.addedMailboxIDs = addedMailboxIDs
        self.keywords = keywords
        self.receivedAt = receivedAt
        self.place = place
    }
}

/// What became of a message from a file.
public enum FileMessageOutcome: Hashable, Sendable {
    case added
    /// It was here, and now is in a mailbox or has a keyword that only the file knew of.
    case updated
    /// It was here, or was and has been destroyed.
    case known
}

extension Account {
    /// Gets ready for messages from files: from now on every message that is prepared gets a content print.
    public func prepareForFiles() { core.wantsPrints.store(true, ordering: .relaxed) }

    /// Stores messages from files in one transaction, each once: the same octets, or the same content print, are the same
    /// message, whether a maildrop brought it or a file. An email that a user destroyed is not brought back, unless
    /// `again` says so.
    ///
    /// - Throws: `overLimit` past `ingestMessages`; `notFound` when a mailbox is gone.
    public func importFiles(_ batch: [FileMessage], again: Bool = false) async throws -> [FileMessageOutcome] {
        guard batch.count <= Self.ingestMessages else {
            throw MailStoreError(.overLimit, "A batch of \(batch.count) messages is over \(Self.ingestMessages).")
        }
        return try await core.write(lane: .ingest) { writer in
            try batch.map { try FileImport(writer: writer, again: again).take($0) }
        }
    }
}

/// The import of one message, in a transaction.
private struct FileImport {
    let writer: AccountWriter
    let again: Bool

    func take(_ file: FileMessage) throws -> FileMessageOutcome {
        let print = try writer.print(of: file.message)
        if let known = try recorded(print) {
            guard try exists(known) else {
                guard again else { return .known }
                let email = try add(file)
                try writer.db.run(
                    "UPDATE importedMessage SET email = ?, claimed = 1 WHERE print = ?", .int(email.rawValue),
                    .blob(print))
                try note(print, file.place)
                return .added
            }
            guard try note(print, file.place) else { return .known }
            return try merge(file, into: known)
        }
        if let email = try stored(file.message, print) {
            try record(print, email, claimed: true)
            try note(print, file.place)
            return try merge(file, into: email)
        }
        try record(print, try add(file), claimed: false)
        try note(print, file.place)
        return .added
    }

    private func recorded(_ print: [UInt8]) throws -> EmailID? {
        try writer.db.first("SELECT email FROM importedMessage WHERE print = ?", .blob(print)) {
            EmailID(rawValue: $0.int(0))
        }
    }

    private func exists(_ email: EmailID) throws -> Bool {
        try writer.db.first("SELECT 1 FROM email WHERE id = ?", .int(email.rawValue)) { _ in true } ?? false
    }

    private func record(_ print: [UInt8], _ email: EmailID, claimed: Bool) throws {
        try writer.db.run(
            "INSERT INTO importedMessage (print, email, claimed) VALUES (?, ?, ?)", .blob(print), .int(email.rawValue),
            .int(claimed ? 1 : 0))
    }

    /// Whether the place is news.
    @discardableResult
    private func note(_ print: [UInt8], _ place: String) throws -> Bool {
        try writer.db.run(
            "INSERT INTO importedPlace (print, place) VALUES (?, ?) ON CONFLICT DO NOTHING", .blob(print), .text(place))
            == 1
    }

    private func add(_ file: FileMessage) throws -> EmailID {
        try writer.addEmail(
            Arrival(
                file.message, mailboxIDs: file.mailboxIDs, keywords: file.keywords, receivedAt: file.receivedAt))
    }

    /// The email that has this message already: the same octets, or a message of the same id with the same print.
    private func stored(_ message: PreparedMessage, _ print: [UInt8]) throws -> EmailID? {
        if let same = try writer.reader.emails(withBlob: message.blob.id).first { return same }
        guard let id = message.summary.messageIDs?.first else { return nil }
        for email in try writer.reader.emails(withMessageID: id) {
            let isSame = try writer.reader.withBlob(email.blobID) { ContentPrint.of($0) == print }
            if isSame == true { return email.id }
        }
        return nil
    }

    private func merge(_ file: FileMessage, into id: EmailID) throws -> FileMessageOutcome {
        guard let email = try writer.reader.emails([id]).first else { return .known }
        let mailboxes = email.mailboxIDs.union(file.addedMailboxIDs)
        let keywords = Set(email.keywords.union(file.keywords).sorted().prefix(EmailRules.keywords))
        guard mailboxes != email.mailboxIDs || keywords != email.keywords else { return .known }
        try writer.setMailboxes(mailboxes, of: id)
        try writer.setKeywords(keywords, on: id)
        return .updated
    }
}

extension AccountReader {
    /// Emails whose Message-ID this is, by way of their thread.
    func emails(withMessageID id: String) throws -> [Email] {
        let key = ThreadingKeys(messageIDs: [id], inReplyTo: [], references: [], subject: "").keys[0]
        let threads = try db.all("SELECT DISTINCT thread FROM threadKey WHERE key = ? LIMIT 20", .int(key)) {
            ThreadID(rawValue: $0.int(0))
        }
        return try threads.flatMap { try emails(emailIDs(inThread: $0)) }.filter { $0.summary.messageIDs?.first == id }
    }
}

extension AccountWriter {
    /// The content print of a message that is about to be stored.
    func print(of message: PreparedMessage) throws -> [UInt8] {
        if let print = message.contentPrint { return print }
        return try withOctets(of: message) { ContentPrint.of($0) }
    }

    /// Calls `body` with the octets of a message that is about to be stored, wherever they are.
    func withOctets<Result>(
        of message: PreparedMessage, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        switch message.blob.content {
        case .plain(let octets): return try octets.withUnsafeBytes(body)
        case .compressed(let frame):
            guard let octets = frame.withUnsafeBytes({ Zstd.decompress($0, size: message.blob.size) }) else {
                throw core.damaged(message.blob.id)
            }
            return try octets.withUnsafeBytes(body)
        case .file:
            return try core.blobFiles.withDecompressed(message.blob.id, size: message.blob.size, body)
        case .waiting(let lease):
            guard let octets = lease.file.octets(from: lease.start, count: message.blob.size) else {
                throw core.damaged(message.blob.id)
            }
            return try octets.withUnsafeBytes(body)
        case .stored:
            guard let result = try reader.withBlob(message.blob.id, body) else {
                throw MailStoreError.notFound("blob \(message.blob.id)")
            }
            return result
        }
    }

    /// The imported email that a message which a maildrop brings is, and claims it: the next message of the same print is
    /// another one. The email may have been destroyed.
    func claimImported(_ message: PreparedMessage) throws -> EmailID? {
        guard core.wantsPrints.load(ordering: .relaxed) else { return nil }
        let print = try print(of: message)
        let email = try db.first(
            "SELECT email FROM importedMessage WHERE print = ? AND claimed = 0", .blob(print)
        ) { EmailID(rawValue: $0.int(0)) }
        if email != nil { try db.run("UPDATE importedMessage SET claimed = 1 WHERE print = ?", .blob(print)) }
        return email
    }
}

extension AccountCore {
    /// For opening: whether a maildrop may bring what was imported.
    func findUnclaimedImports() throws {
        let hasSome = try database.readNow { db in
            try db.first("SELECT 1 FROM importedMessage INDEXED BY importedMessageUnclaimed WHERE claimed = 0 LIMIT 1")
            { _ in
                true
            }
        }
        if hasSome == true { wantsPrints.store(true, ordering: .relaxed) }
    }
}
