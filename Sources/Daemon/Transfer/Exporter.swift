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

    var json: JSONObject {
        var object = JSONObject()
        for (name, number) in [
            ("mailboxes", mailboxes), ("messages", messages), ("added", added), ("updated", updated),
            ("octets", octets),
        ] { object[name] = .integer(number) }
        return object
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
    func finish() throws
}

/// Writes an account's mail to files, a mailbox at a time, as it is when its page is read. What is there already stays:
/// a second export adds what is new and changes flags.
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
            try await account.read { reader in
                for email in try reader.emails(ids) where email.mailboxIDs.contains(mailbox) {
                    try box.take(ExportedEmail(email: email), reader)
                }
            }
            tell(counts, box.counts)
        }
        try await Blocking.run { try box.finish() }
        counts.messages += box.counts.messages
        counts.added += box.counts.added
        counts.updated += box.counts.updated
        counts.octets += box.counts.octets
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
    private(set) var counts: ExportCounts

    init(_ folder: String, _ way: [String], _ format: ExportFormat, counts: ExportCounts) throws {
        self.counts = counts
        target =
            switch format {
            case .maildir: try MaildirTarget(folder, way)
            case .mbox: try MboxTarget(folder, way)
            }
    }

    func take(_ email: ExportedEmail, _ reader: AccountReader) throws {
        counts.messages += 1
        if try target.update(email, &counts) { return }
        let found: Void? = try reader.withBlob(email.email.blobID) { octets in
            try target.write(email, octets, &counts)
            counts.added += 1
            counts.octets += octets.count
        }
        if found == nil { throw MailStoreError(.corrupt, "The octets of email \(email.email.id) are missing.") }
    }

    func finish() throws { try target.finish() }
}
