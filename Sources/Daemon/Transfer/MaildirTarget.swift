import Foundation
import MailFiles
import MailModel
import MailStore

/// A mailbox as a folder of a Maildir++. A message is written to `tmp` and renamed into `cur`: another program sees it
/// whole or not at all.
final class MaildirTarget: ExportTarget {
    private let path: String
    /// The flags of the files that are there, by what makes their names unique.
    private var there: [String: (folder: String, name: MaildirName)] = [:]
    private var keywords: MaildirKeywords
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
        let flags = try flags(email, besides: old.name)
        if flags != old.name.flags ?? "" || old.folder == "new" && !flags.isEmpty {
            let new = MaildirName(unique: unique, flags: flags)
            try Self.rename("\(path)/\(old.folder)/\(old.name.text)", to: "\(path)/cur/\(new.text)")
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
        let name = MaildirName(unique: unique, flags: try flags(email, besides: nil))
        try Self.rename(temporary, to: path + "/cur/" + name.text)
        there[unique] = ("cur", name)
    }

    /// The email's flags; a file's own T stays, it is not ours to take. New letters are explained before they are used.
    private func flags(_ email: ExportedEmail, besides old: MaildirName?) throws -> String {
        var flags = MaildirName.flags(email.email.keywords, &keywords)
        if keywords.hasChanged {
            try Data(keywords.text.utf8).write(to: URL(fileURLWithPath: keywordsFile), options: .atomic)
            keywords = MaildirKeywords(keywords.text)
        }
        if old?.flags?.contains("T") == true { flags = String((flags + "T").sorted()) }
        return flags
    }

    func finish() throws {}

    private static func rename(_ from: String, to target: String) throws {
        guard Foundation.rename(from, target) == 0 else { throw OutputFile.failure("write", target) }
    }
}

/// A file that is written from its beginning.
final class OutputFile {
    private let path: String
    private var descriptor: Int32

    /// A new file, or with `appending` one that may be there.
    init(_ path: String, appending: Bool = false) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (appending ? O_APPEND : O_EXCL), 0o600)
        guard descriptor >= 0 else { throw Self.failure("create", path) }
    }

    deinit { if descriptor >= 0 { Foundation.close(descriptor) } }

    func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("write", path) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// - Parameter time: what the file says of when it was changed; nil: now.
    func close(changedAt time: Timestamp? = nil) throws {
        let result = Foundation.close(descriptor)
        descriptor = -1
        guard result == 0 else { throw Self.failure("write", path) }
        guard let time else { return }
        let date = Date(timeIntervalSince1970: Double(time.seconds))
        try? FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    }

    static func failure(_ verb: String, _ path: String) -> CommandError {
        let reason = String(cString: strerror(errno))
        return CommandError(
            errno == EACCES || errno == EROFS ? .noPermission : .inputOutput, "Could not \(verb) \(path): \(reason).")
    }
}
