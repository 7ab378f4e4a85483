import JSON
import MailFiles
import MailModel
import MailStore

/// What an import did.
struct ImportCounts: Sendable {
    var messages = 0
    var added = 0
    var updated = 0
    var known = 0
    /// Marked as deleted in the files.
    var deleted = 0
    var octets = 0
    var mailboxesMade = 0

    var json: JSONObject {
        var object = JSONObject()
        for (name, number) in [
            ("messages", messages), ("added", added), ("updated", updated), ("known", known), ("deleted", deleted),
            ("octets", octets), ("mailboxesMade", mailboxesMade),
        ] { object[name] = .integer(number) }
        return object
    }
}

/// Brings mail from files into an account, a batch at a time: memory does not grow with the files.
final class Importer {
    private static let batchOctets = 4 * 1024 * 1024

    private let account: Account
    private let paths: MailboxPaths
    /// Everything goes below this mailbox; nil: where the files say.
    private let target: [String]?
    private let again: Bool
    private let clock: @Sendable () -> Timestamp
    private let progress: @Sendable (JSONValue) -> Void
    private var counts = ImportCounts()
    private var batch: [(message: ReadMessage, folder: FileFolder)] = []
    private var batchOctets = 0

    init(
        _ account: Account, target: [String]?, again: Bool, clock: @escaping @Sendable () -> Timestamp,
        progress: @escaping @Sendable (JSONValue) -> Void
    ) async throws {
        self.account = account
        paths = try await MailboxPaths(account)
        self.target = target
        self.again = again
        self.clock = clock
        self.progress = progress
        account.prepareForFiles()
    }

    func run(_ folders: [FileFolder]) async throws -> ImportCounts {
        let total = folders.reduce(0) { $0 + $1.octets }
        for folder in folders {
            let messages: any FileMessages =
                switch folder.kind {
                case .mbox: try MboxMessages(folder.path, account: account)
                case .maildir: try MaildirMessages(folder.path, account: account)
                }
            let before = counts.octets
            while let next = try await Blocking.run({ try messages.next() }) {
                try Task.checkCancellation()
                for message in next { try await take(message, from: folder) }
                counts.octets = before + messages.octets
                tell(total)
            }
            counts.octets = before + messages.octets
        }
        try await flush()
        counts.mailboxesMade = paths.made
        return counts
    }

    private func tell(_ total: Int) {
        progress(
            .object([
                "step": .string("importing"), "messages": .integer(counts.messages), "octets": .integer(counts.octets),
                "total": total > 0 ? .integer(total) : nil,
            ]))
    }

    private func take(_ message: ReadMessage, from folder: FileFolder) async throws {
        guard message.source.size > 0 else { return }
        counts.messages += 1
        guard !message.marks.isDeleted else {
            counts.deleted += 1
            return
        }
        batch.append((message, folder))
        batchOctets += min(message.source.size, 1024 * 1024)
        if batch.count >= Account.ingestMessages || batchOctets >= Self.batchOctets { try await flush() }
    }

    private func flush() async throws {
        let batch = batch
        self.batch = []
        batchOctets = 0
        guard !batch.isEmpty else { return }
        let prepared = try await prepare(batch.map(\.message.source))
        var files: [FileMessage] = []
        for ((message, folder), prepared) in zip(batch, prepared) {
            files.append(try await place(message, prepared, folder))
        }
        for outcome in try await account.importFiles(files, again: again) {
            switch outcome {
            case .added: counts.added += 1
            case .updated: counts.updated += 1
            case .known: counts.known += 1
            }
        }
    }

    /// Parses, hashes and compresses, several at once.
    private func prepare(_ sources: [MessageSource]) async throws -> [PreparedMessage] {
        let account = account
        return try await withThrowingTaskGroup(of: (Int, PreparedMessage).self) { group in
            for (index, source) in sources.enumerated() {
                group.addTask { (index, try await account.prepare(source)) }
            }
            var prepared: [Int: PreparedMessage] = [:]
            for try await (index, message) in group { prepared[index] = message }
            return sources.indices.compactMap { prepared[$0] }
        }
    }

    private func place(
        _ message: ReadMessage, _ prepared: PreparedMessage, _ folder: FileFolder
    ) async throws -> FileMessage {
        var keywords = message.marks.keywords
        var mailboxes: Set<MailboxID> = []
        var place = (target ?? []) + folder.mailbox
        if let labels = message.marks.labels {
            let meaning = GmailLabels(labels)
            keywords.formUnion(meaning.keywords)
            if target == nil {
                place = ["labels"] + labels.sorted()
                for role in meaning.roles { mailboxes.insert(try await paths.mailbox(role)) }
                for path in meaning.mailboxes { mailboxes.insert(try await paths.mailbox(path)) }
            }
        } else if !message.marks.tellsRead {
            // An old file that knows nothing of reading: its mail is no news.
            keywords.insert(.seen)
        }
        if mailboxes.isEmpty { mailboxes = [try await paths.mailbox(place)] }
        keywords = Set(keywords.sorted().prefix(EmailRules.keywords))
        return FileMessage(
            prepared, mailboxIDs: mailboxes, addedMailboxIDs: mailboxes.filter { !paths.isRole($0) },
            keywords: keywords, receivedAt: prepared.receivedAt(polledAt: message.date ?? clock()),
            place: place.joined(separator: "\n"))
    }
}
