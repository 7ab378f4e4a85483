import Foundation
import MailFiles
import MailModel
import MailStore

/// A mailbox as a folder of a Maildir++. A message is written to `tmp` and, once its octets are on disk, renamed into `cur`:
/// another program sees it whole or not at all, whatever happens to the machine.
final class MaildirTarget: ExportTarget {
    private let path: String
    /// The flags of the files that are there, by what makes their names unique.
    private var there: [String: (folder: String, name: MaildirName)] = [:]
    private var keywords: MaildirKeywords
    /// Written to `tmp` and not in `cur` yet.
    private var written: [(temporary: String, name: MaildirName)] = []
    private var keywordsFile: String { path + "/dovecot-keywords" }

    init(_ folder: String, _ way: [String]) throws {
        let name = MaildirFolder.name(of: way)
        path = name.isEmpty ? folder : folder + "/" + name
        for part in ["cur", "new", "tmp"] {
            try FileManager.default.createDirectory(
                atPath: path + "/" + part, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        // By this file Courier and Dovecot know a folder that is not the top.
        if !name.isEmpty, !FileManager.default.fileExists(atPath: path + "/maildirfolder") {
            try Data().write(to: URL(fileURLWithPath: path + "/maildirfolder"))
        }
        let file = FileManager.default.contents(atPath: path + "/dovecot-keywords")
        keywords = MaildirKeywords(file.map { String(decoding: $0, as: UTF8.self) } ?? "")
        for part in ["cur", "new"] {
            for name in try FileManager.default.contentsOfDirectory(atPath: path + "/" + part) {
                let name = MaildirName(name)
                there[name.unique] = (part, name)
            }
        }
    }

    private func unique(_ email: ExportedEmail) -> String {
        "\(email.email.receivedAt.seconds).\(email.identity).restante"
    }

    func update(_ email: ExportedEmail, _ counts: inout ExportCounts) throws -> Bool {
        let unique = unique(email)
        guard let old = there[unique] else { return false }
        let file = "\(path)/\(old.folder)/\(old.name.text)"
        // A machine that stopped in the middle left the name and not the octets.
        if email.email.size > 0, OutputFile.size(of: file) == 0 {
            there[unique] = nil
            try? FileManager.default.removeItem(atPath: file)
            return false
        }
        let flags = try flags(email, besides: old.name)
        if flags != old.name.flags ?? "" || old.folder == "new" && !flags.isEmpty {
            let new = MaildirName(unique: unique, flags: flags)
            try OutputFile.rename(file, to: "\(path)/cur/\(new.text)")
            there[unique] = ("cur", new)
            counts.updated += 1
        }
        return true
    }

    func write(_ email: ExportedEmail, _ octets: UnsafeRawBufferPointer, _ counts: inout ExportCounts) throws {
        let unique = unique(email)
        let temporary = path + "/tmp/" + unique
        try? FileManager.default.removeItem(atPath: temporary)
        let file = try OutputFile(temporary)
        if LineEnds.areCRLF(octets) {
            try LineEnds.toLF(octets) { bytes in try file.write(bytes) }
        } else {
            try file.write(octets)
        }
        try file.close(changedAt: email.email.receivedAt)
        written.append((temporary, MaildirName(unique: unique, flags: try flags(email, besides: nil))))
    }

    /// One wait for the disk does for a whole page.
    func settle() throws {
        guard !written.isEmpty else { return }
        try FileCopying.syncFileSystem(of: path)
        for (temporary, name) in written {
            try OutputFile.rename(temporary, to: path + "/cur/" + name.text)
            there[name.unique] = ("cur", name)
        }
        written = []
    }

    /// The email's flags; a file's own T stays, it is not ours to take. New letters are explained before they are used.
    private func flags(_ email: ExportedEmail, besides old: MaildirName?) throws -> String {
        var flags = MaildirName.flags(email.email.keywords, &keywords)
        if keywords.hasChanged {
            try OutputFile.replace(keywordsFile, with: Array(keywords.text.utf8))
            keywords = MaildirKeywords(keywords.text)
        }
        if old?.flags?.contains("T") == true { flags = String((flags + "T").sorted()) }
        return flags
    }

    func finish() throws {
        try settle()
        for folder in [path + "/cur", path + "/new", path] { try OutputFile.syncFolder(folder) }
        // The one above the export may be closed to us; what is in it is not ours to bring to disk.
        try? OutputFile.syncFolder((path as NSString).deletingLastPathComponent)
    }
}
