import Foundation
import MIME
import MailFiles
import MailModel
import MailStore

/// A mailbox as one mboxrd file. Emails are appended; flags are changed in their place, which has room for it.
///
/// Behind each separator stands `X-Restante-Email: identity octets` with the octets of the entry behind the fields, so that
/// a later export finds its way without reading the messages. An entry that a crash cut short is the last, and goes.
final class MboxTarget: ExportTarget {
    /// Where an entry's flags stand in the file.
    private struct Place {
        var status: Int
        var extended: Int
        var keywords: Int
        var keywordsRoom: Int
        var fields: [UInt8]
    }

    private let path: String
    private let descriptor: Int32
    private var there: [String: Place] = [:]
    private var end = 0

    init(_ folder: String, _ way: [String]) throws {
        path = folder + "/" + MboxPath.path(of: way.isEmpty ? ["Inbox"] : way)
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw OutputFile.failure("open", path) }
        try scan()
    }

    deinit { Foundation.close(descriptor) }

    func update(_ email: ExportedEmail, _ counts: inout ExportCounts) throws -> Bool {
        guard let place = there[email.identity] else { return false }
        let keywords = email.email.keywords
        let (status, extended) = StatusFlags.write(keywords)
        let others = MboxWriter.padded(keywords, to: place.keywordsRoom)
        guard others.utf8.count <= place.keywordsRoom else {
            throw CommandError(
                .data, "\(path) has no room for the keywords of \(email.email.id): delete the file and export again.")
        }
        let fields = Array((status + extended + others).utf8)
        if fields != place.fields {
            try put(status, at: place.status)
            try put(extended, at: place.extended)
            try put(others, at: place.keywords)
            there[email.identity]?.fields = fields
            counts.updated += 1
        }
        return true
    }

    private func put(_ text: String, at offset: Int) throws { try put(Array(text.utf8), at: offset) }

    private func put(_ octets: [UInt8], at offset: Int) throws {
        var written = 0
        while written < octets.count {
            let count = octets.withUnsafeBytes {
                pwrite(
                    descriptor, UnsafeRawBufferPointer(rebasing: $0[written...]).baseAddress, octets.count - written,
                    off_t(offset + written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw OutputFile.failure("write", path) }
            written += count
        }
    }

    func write(_ email: ExportedEmail, _ octets: UnsafeRawBufferPointer, _ counts: inout ExportCounts) throws {
        var size = 0
        MboxWriter.write(octets) { size += $0.count }
        let sender = email.email.summary.from?.first?.email
        let head =
            MboxWriter.separator(sender: sender, date: email.email.receivedAt)
            + MboxWriter.fields(identity: "\(email.identity) \(size)", keywords: email.email.keywords)
        try put(head, at: end)
        var offset = end + head.count
        try MboxWriter.write(octets) { piece in
            try put(piece, at: offset)
            offset += piece.count
        }
        if let entry = Entry(head) { there[email.identity] = place(of: entry, at: end) }
        end = offset
    }

    /// What is begun last is cut off by the next export, and written again.
    func settle() throws {}

    func finish() throws {
        guard fsync(descriptor) == 0 else { throw OutputFile.failure("sync", path) }
    }
}

extension MboxTarget {
    /// What stands at the beginning of an entry; offsets from there.
    private struct Entry {
        let identity: String
        let status: Range<Int>
        let extended: Range<Int>
        let keywords: Range<Int>
        /// Octets of the whole entry.
        let size: Int
        let octets: [UInt8]

        /// Nil when this is no entry of ours, or not all of its fields.
        init?(_ head: [UInt8]) {
            var start = 0
            var values: [Range<Int>] = []
            for name in ["From ", "X-Restante-Email: ", "Status: ", "X-Status: ", "X-Keywords: "] {
                guard let end = head[start...].firstIndex(of: 0x0A), head[start..<end].starts(with: name.utf8) else {
                    return nil
                }
                values.append(start + name.utf8.count..<end)
                start = end + 1
            }
            let fields = head[values[1]].split(separator: 0x20)
            guard fields.count == 2, let body = Int(String(decoding: fields[1], as: UTF8.self)), body > 0 else {
                return nil
            }
            identity = String(decoding: fields[0], as: UTF8.self)
            (status, extended, keywords) = (values[2], values[3], values[4])
            size = start + body
            octets = head
        }
    }

    private func place(of entry: Entry, at offset: Int) -> Place {
        Place(
            status: offset + entry.status.lowerBound, extended: offset + entry.extended.lowerBound,
            keywords: offset + entry.keywords.lowerBound, keywordsRoom: entry.keywords.count,
            fields: Array(entry.octets[entry.status] + entry.octets[entry.extended] + entry.octets[entry.keywords]))
    }

    /// Goes from entry to entry. One that is not whole is cut off: what was begun last.
    private func scan() throws {
        let size = Int(lseek(descriptor, 0, SEEK_END))
        guard size >= 0 else { throw OutputFile.failure("look at", path) }
        while end < size {
            var head = [UInt8](repeating: 0, count: min(16 * 1024, size - end))
            let count = pread(descriptor, &head, head.count, off_t(end))
            guard count == head.count else { throw OutputFile.failure("read", path) }
            guard let entry = Entry(head) else {
                // Cut short among its own fields, or somebody else's file.
                let isBegun = "From ".utf8.starts(with: head.prefix(5)) && !head.contains(subsequence: "\n\n")
                guard isBegun, size - end < 16 * 1024 else { throw changed }
                return try cut()
            }
            guard entry.size <= size - end else { return try cut() }
            there[entry.identity] = place(of: entry, at: end)
            end += entry.size
        }
    }

    private func cut() throws {
        guard ftruncate(descriptor, off_t(end)) == 0 else { throw OutputFile.failure("write", path) }
    }

    private var changed: CommandError {
        CommandError(
            .data, "\(path) is not as an export left it: another program has changed it. Export into another folder.")
    }
}

extension [UInt8] {
    fileprivate func contains(subsequence text: String) -> Bool {
        let wanted = Array(text.utf8)
        return indices.contains { self[$0...].starts(with: wanted) }
    }
}
