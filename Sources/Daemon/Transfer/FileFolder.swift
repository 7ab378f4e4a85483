import Foundation
import MailFiles

/// Mail in files, as somebody's program left it: one mbox or one Maildir, and the way of its mailbox from the top.
struct FileFolder: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case mbox
        case maildir
    }

    let kind: Kind
    let path: String
    /// Empty for the top of a Maildir and for a file that was named itself.
    let mailbox: [String]

    private static let depth = 20

    /// Everything below `path`, in an order that is always the same.
    /// - Throws: `noInput`; `data` when there is no mail.
    static func all(in path: String) throws(CommandError) -> [FileFolder] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw CommandError(
                .noInput, "There is no \(path), or whoever carries this out may not see it (the daemon, while it runs)."
            )
        }
        var found: [FileFolder] = []
        if isFolder.boolValue {
            search(path, [], into: &found, depth: 0)
        } else if isMbox(path) {
            found = [FileFolder(kind: .mbox, path: path, mailbox: [mailboxName(path)])]
        }
        guard !found.isEmpty else {
            throw CommandError(.data, "\(path) is neither mbox nor Maildir, nor a folder of either.")
        }
        return found
    }

    private static func search(_ path: String, _ way: [String], into found: inout [FileFolder], depth: Int) {
        guard depth < Self.depth else { return }
        if isMaildir(path) { found.append(FileFolder(kind: .maildir, path: path, mailbox: way)) }
        for name in names(path) where !["cur", "new", "tmp"].contains(name) {
            let child = path + "/" + name
            if isFolder(child) {
                search(child, way + self.way(of: name), into: &found, depth: depth + 1)
            } else if isMbox(child) {
                // Apple Mail keeps the file `mbox` in a folder `Work.mbox`.
                let isInner = name == "mbox" && path.hasSuffix(".mbox")
                found.append(FileFolder(kind: .mbox, path: child, mailbox: isInner ? way : way + [mailboxName(child)]))
            }
        }
    }

    /// `.Work.Projects` in a Maildir++, `Work.sbd` of Thunderbird, `Work.mbox` of Apple Mail, or just a name.
    private static func way(of name: String) -> [String] {
        if name.hasPrefix("."), let way = MaildirFolder.path(of: name) { return way }
        for ending in [".sbd", ".mbox"] where name.hasSuffix(ending) && name.count > ending.count {
            return [String(name.dropLast(ending.count))]
        }
        return [name]
    }

    private static func mailboxName(_ path: String) -> String {
        let name = MboxPath.name(of: (path as NSString).lastPathComponent)
        return name.isEmpty ? "mbox" : name
    }

    private static func names(_ path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    private static func isMaildir(_ path: String) -> Bool { isFolder(path + "/cur") }

    private static func isMbox(_ path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        return (try? file.read(upToCount: 5)) == Data("From ".utf8)
    }

    /// Octets of its files, for telling how far an import is; 0 where nobody knows.
    var octets: Int {
        switch kind {
        case .mbox:
            ((try? FileManager.default.attributesOfItem(atPath: path)[.size]) as? NSNumber)?.intValue ?? 0
        case .maildir: 0
        }
    }
}

/// Names of mailboxes as names of files: `Work/Projects.mbox`. What a file's name can't have, or would hide, is a percent
/// sign and two hexadecimal digits.
enum MboxPath {
    static func path(of mailbox: [String]) -> String { mailbox.map(escaped).joined(separator: "/") + ".mbox" }

    static func name(of file: String) -> String {
        let name = file.hasSuffix(".mbox") ? String(file.dropLast(5)) : file
        return name.removingPercentEncoding ?? name
    }

    private static func escaped(_ name: String) -> String {
        let text = name.replacingOccurrences(of: "%", with: "%25").replacingOccurrences(of: "/", with: "%2F")
        return text.hasPrefix(".") ? "%2E" + text.dropFirst() : text
    }
}
