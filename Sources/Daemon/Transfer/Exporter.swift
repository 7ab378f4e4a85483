import Foundation
import JSON
import MailModel
import MailStore

/// The formats of an export.
public enum ExportFormat: String, CaseIterable, Sendable {
    case maildir, mbox
}

/// What an export did.
struct ExportCounts: Sendable {
    var mailboxes = 0
    var messages = 0
    var added = 0
    /// Flags that were changed in the files.
    var updated = 0
    var octets = 0
    /// Emails that cannot be read, and why.
    var unreadable: [EmailID: String] = [:]

    var json: JSONObject {
        var object = JSONObject()
        for (name, number) in [
            ("mailboxes", mailboxes), ("messages", messages), ("added", added), ("updated", updated),
            ("octets", octets), ("unreadable", unreadable.count),
        ] { object[name] = .integer(number) }
        object["findings"] = .array(
            unreadable.sorted { $0.key < $1.key }.map {
                .object(["place": .string($0.key.description), "description": .string($0.value)])
            })
        return object
    }

    static func += (counts: inout Self, more: Self) {
        counts.mailboxes += more.mailboxes
        counts.messages += more.messages
        counts.added += more.added
        counts.updated += more.updated
        counts.octets += more.octets
        counts.unreadable.merge(more.unreadable) { old, _ in old }
    }
}

/// An email as it is written to a file.
struct ExportedEmail: Sendable {
    let email: Email

    /// Stable and unique: the id is never given out again, the hash tells what it was.
    var identity: String { "\(email.id)-\(email.blobID.hexHash.prefix(16))" }
}

/// One mailbox's file or folder of an export.
protocol ExportTarget: AnyObject {
    /// Writes an email, or brings the flags of the one that is there up to date. Runs while a snapshot is read: it lends
    /// the octets.
    func write(_ email: ExportedEmail, _ octets: UnsafeRawBufferPointer, _ counts: inout ExportCounts) throws
    /// Whether the email is there, with flags brought up to date: then its octets are not asked for.
    func update(_ email: ExportedEmail, _ counts: inout ExportCounts) throws -> Bool
    /// What was written since the last time is on disk and in its place when this returns.
    func settle() throws
    /// No more emails come. All is on disk when this returns.
    func finish() throws
}

/// Writes an account's mail to files, a mailbox at a time, as it is when its page is read. What is there already stays:
/// a second export adds what is new and changes flags. An email that cannot be read is named, and the rest is written.
struct Exporter: Sendable {
    private static let page = 50

    private let account: Account
    private let folder: String
    private let format: ExportFormat
    private let progress: @Sendable (JSONValue) -> Void

    init(
        _ account: Account, to folder: String, format: ExportFormat, progress: @escaping @Sendable (JSONValue) -> Void
    ) {
        self.account = account
        self.folder = folder
        self.format = format
        self.progress = progress
    }

    func run(mailbox name: String?) async throws -> ExportCounts {
        let all = try await account.read { try $0.mailboxes() }
        let chosen = all.filter { mailbox in
            guard let name else { return true }
            return [mailbox.name, mailbox.id.description, mailbox.role?.rawValue].contains(name)
                || MailboxPaths.path(of: mailbox, in: all).joined(separator: "/") == name
        }
        guard !chosen.isEmpty else {
            throw CommandError(.noInput, "There is no mailbox \"\(name ?? "")\"." + VerbContext.known(all.map(\.name)))
        }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var counts = ExportCounts()
        for mailbox in chosen {
            let way = mailbox.role == .inbox ? [] : MailboxPaths.path(of: mailbox, in: all)
            try await export(mailbox.id, way, &counts)
            counts.mailboxes += 1
        }
        return counts
    }

    private func export(_ mailbox: MailboxID, _ way: [String], _ counts: inout ExportCounts) async throws {
        let entries = try await account.read { try $0.entries(of: mailbox) }
        let folder = folder
        let format = format
        let box = try await Blocking.run { try TargetBox(folder, way, format, counts: ExportCounts()) }
        var rest = entries[...]
        while !rest.isEmpty {
            try Task.checkCancellation()
            let ids = rest.prefix(Self.page).map(\.email)
            rest = rest.dropFirst(ids.count)
            let unread = try await account.read { reader in try box.take(ids, of: mailbox, reader) }
            // One that was destroyed since its page was read took its octets with it: that is no damage.
            let there = try await account.read { reader in try unread.keys.filter { try reader.exists($0) } }
            for id in there { box.counts.unreadable[id] = unread[id] }
            try await Blocking.run { try box.settle() }
            tell(counts, box.counts)
        }
        try await Blocking.run { try box.finish() }
        counts += box.counts
    }

    private func tell(_ before: ExportCounts, _ now: ExportCounts) {
        progress(
            .object([
                "step": .string("exporting"), "messages": .integer(before.messages + now.messages),
                "octets": .integer(before.octets + now.octets),
            ]))
    }
}

/// Carries one target from page to page, for closures that must be Sendable.
///
/// `@unchecked` is safe because `Exporter.export` alone has it, never hands it on, and awaits each closure that uses it
/// before it makes the next: no two of them run at once, and each sees what the one before wrote.
private final class TargetBox: @unchecked Sendable {
    private let target: any ExportTarget
    var counts: ExportCounts

    init(_ folder: String, _ way: [String], _ format: ExportFormat, counts: ExportCounts) throws {
        self.counts = counts
        target =
            switch format {
            case .maildir: try MaildirTarget(folder, way)
            case .mbox: try MboxTarget(folder, way)
            }
    }

    /// - Returns: those that cannot be read, and why.
    func take(_ ids: [EmailID], of mailbox: MailboxID, _ reader: AccountReader) throws -> [EmailID: String] {
        var unread: [EmailID: String] = [:]
        for id in ids {
            do {
                guard let email = try reader.emails([id]).first, email.mailboxIDs.contains(mailbox) else { continue }
                try take(ExportedEmail(email: email), reader)
            } catch let error as MailStoreError where error.code == .corrupt {
                unread[id] = error.message
            }
        }
        return unread
    }

    private func take(_ email: ExportedEmail, _ reader: AccountReader) throws {
        counts.messages += 1
        if try target.update(email, &counts) { return }
        let found: Void? = try reader.withBlob(email.email.blobID) { octets in
            try target.write(email, octets, &counts)
            counts.added += 1
            counts.octets += octets.count
        }
        if found == nil { throw MailStoreError(.corrupt, "The octets of email \(email.email.id) are missing.") }
    }

    func settle() throws { try target.settle() }
    func finish() throws { try target.finish() }
}
