import Foundation
import MailFiles
import MailModel
import MailStore

/// A message out of a file, in the form of the wire and without what programs wrote into it.
struct ReadMessage: Sendable {
    let source: MessageSource
    var marks: MailMarks
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
    private var sift: HeaderSift

    init(_ account: Account, believing belief: HeaderSift.Belief = .all) {
        writer = account.makeBlobFile()
        sift = HeaderSift(believing: belief)
    }

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
        /// Whether any message of the file says if it has been read: then one that says nothing is new.
        var tellsRead = false
        var ready: [ReadMessage] = []
        private var builder: MessageBuilder?

        init(account: Account) { self.account = account }

        mutating func begin(separator: UnsafeRawBufferPointer) { builder = MessageBuilder(account) }
        mutating func octets(_ bytes: UnsafeRawBufferPointer) throws { try builder?.take(bytes) }
        mutating func end() throws {
            if var message = try builder?.finish(nil, date: nil) {
                message.marks.tellsRead = message.marks.tellsRead || tellsRead
                ready.append(message)
            }
            builder = nil
        }
    }

    private let file: FileHandle
    private var reader = MboxReader()
    private var handler: Handler
    private var isOver = false
    private var isBegun = false
    private(set) var octets = 0

    /// Looks whether any message of the file says if it has been read.
    private struct Telling: MboxHandler {
        var isFound = false
        private var sift = HeaderSift()

        mutating func begin(separator: UnsafeRawBufferPointer) { sift = HeaderSift() }
        mutating func octets(_ bytes: UnsafeRawBufferPointer) {
            sift.take(bytes) { _ in }
            isFound = isFound || sift.marks.tellsRead
        }
        mutating func end() {
            sift.finish { _ in }
            isFound = isFound || sift.marks.tellsRead
        }
    }

    init(_ path: String, account: Account) throws {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw CommandError(.noInput, "\(path) cannot be read: check its permissions.")
        }
        self.file = file
        handler = Handler(account: account)
    }

    /// Goes through the file up to the first message that tells, and back to its beginning.
    private func begin() throws {
        guard !isBegun else { return }
        isBegun = true
        var reader = MboxReader()
        var telling = Telling()
        while !telling.isFound, let data = try file.read(upToCount: Self.piece), !data.isEmpty {
            try data.withUnsafeBytes { try reader.take($0, to: &telling) }
        }
        if !telling.isFound { try reader.finish(to: &telling) }
        handler.tellsRead = telling.isFound
        try file.seek(toOffset: 0)
    }

    func next() throws -> [ReadMessage]? {
        try begin()
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
            let name = MaildirName((path as NSString).lastPathComponent)
            // What is in `new` nobody has looked at: nobody but its sender has written into it.
            let isThunderbirds = name.flags == nil && !path.hasSuffix("/new/" + name.text)
            var builder = MessageBuilder(account, believing: isThunderbirds ? .mozilla : .nothing)
            var lines = WireLines()
            while let data = try file.read(upToCount: 256 * 1024), !data.isEmpty {
                octets += data.count
                try data.withUnsafeBytes { bytes in try lines.take(bytes) { try builder.take($0) } }
            }
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            let date = (attributes?[.modificationDate] as? Date).map {
                Timestamp(milliseconds: Int64($0.timeIntervalSince1970 * 1000))
            }
            messages.append(try builder.finish(name.marks(keywords), date: date))
        }
        return messages
    }
}
