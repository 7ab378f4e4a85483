import Foundation
import MailFiles
import MailModel
import MailStore

/// A message out of a file, in the form of the wire and without what programs wrote into it.
struct ReadMessage: Sendable {
    let source: MessageSource
    let marks: MailMarks
    /// When its file was last changed.
    let date: Timestamp?
}

/// The messages of one folder of files, a few at a time.
protocol FileMessages: AnyObject, Sendable {
    /// The next ones; nil at the end. Waits for the disk.
    func next() throws -> [ReadMessage]?
    /// Octets read so far.
    var octets: Int { get }
}

/// Puts one message together as its octets come: large ones go to a file on their way.
private struct MessageBuilder {
    private let writer: BlobFileWriter
    private var sift = HeaderSift()

    init(_ account: Account) { writer = account.makeBlobFile() }

    mutating func take(_ bytes: UnsafeRawBufferPointer) throws {
        try sift.take(bytes) { try writer.append($0) }
    }

    /// - Parameter marks: what the file's name says; nil where the message itself says all.
    mutating func finish(_ marks: MailMarks?, date: Timestamp?) throws -> ReadMessage {
        try sift.finish { try writer.append($0) }
        var all = sift.marks
        if let marks {
            all.keywords.formUnion(marks.keywords)
            all.isDeleted = all.isDeleted || marks.isDeleted
            all.tellsRead = marks.tellsRead
        }
        return ReadMessage(source: try writer.finish(), marks: all, date: date)
    }
}

/// One mbox.
///
/// `@unchecked` is safe because one `Importer`, a class that is not Sendable itself, has it, and awaits each `next` before it
/// asks for more or for `octets`: what `next` changes is never touched by two threads at once.
final class MboxMessages: FileMessages, @unchecked Sendable {
    private static let piece = 256 * 1024

    private struct Handler: MboxHandler {
        let account: Account
        var ready: [ReadMessage] = []
        private var builder: MessageBuilder?

        init(account: Account) { self.account = account }

        mutating func begin(separator: UnsafeRawBufferPointer) { builder = MessageBuilder(account) }
        mutating func octets(_ bytes: UnsafeRawBufferPointer) throws { try builder?.take(bytes) }
        mutating func end() throws {
            if let message = try builder?.finish(nil, date: nil) { ready.append(message) }
            builder = nil
        }
    }

    private let file: FileHandle
    private var reader = MboxReader()
    private var handler: Handler
    private var isOver = false
    private(set) var octets = 0

    init(_ path: String, account: Account) throws {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw CommandError(.noInput, "\(path) cannot be read: check its permissions.")
        }
        self.file = file
        handler = Handler(account: account)
    }

    func next() throws -> [ReadMessage]? {
        while !isOver, handler.ready.isEmpty {
            if let data = try file.read(upToCount: Self.piece), !data.isEmpty {
                octets += data.count
                try data.withUnsafeBytes { try reader.take($0, to: &handler) }
            } else {
                isOver = true
                try reader.finish(to: &handler)
                try file.close()
            }
        }
        defer { handler.ready = [] }
        return handler.ready.isEmpty ? nil : handler.ready
    }
}

/// One folder of a Maildir.
///
/// `@unchecked` is safe for the reason that MboxMessages gives.
final class MaildirMessages: FileMessages, @unchecked Sendable {
    private let account: Account
    private let keywords: MaildirKeywords
    private var paths: ArraySlice<String>
    private(set) var octets = 0

    init(_ path: String, account: Account) throws {
        self.account = account
        let file = FileManager.default.contents(atPath: path + "/dovecot-keywords")
        keywords = MaildirKeywords(file.map { String(decoding: $0, as: UTF8.self) } ?? "")
        let names = ["cur", "new"].flatMap { folder in
            ((try? FileManager.default.contentsOfDirectory(atPath: path + "/" + folder)) ?? [])
                .filter { !$0.hasPrefix(".") }.sorted().map { "\(path)/\(folder)/\($0)" }
        }
        paths = names[...]
    }

    func next() throws -> [ReadMessage]? {
        guard !paths.isEmpty else { return nil }
        var messages: [ReadMessage] = []
        while let path = paths.first, messages.count < 16 {
            paths = paths.dropFirst()
            // Another program may have renamed or deleted it meanwhile.
            guard let file = FileHandle(forReadingAtPath: path) else { continue }
            defer { try? file.close() }
            var builder = MessageBuilder(account)
            var lines = WireLines()
            while let data = try file.read(upToCount: 256 * 1024), !data.isEmpty {
                octets += data.count
                try data.withUnsafeBytes { bytes in try lines.take(bytes) { try builder.take($0) } }
            }
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            let date = (attributes?[.modificationDate] as? Date).map {
                Timestamp(milliseconds: Int64($0.timeIntervalSince1970 * 1000))
            }
            messages.append(
                try builder.finish(
                    MaildirName((path as NSString).lastPathComponent).marks(keywords), date: date))
        }
        return messages
    }
}
