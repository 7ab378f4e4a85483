import GRDB
import MailModel

/// Which thread an email belongs to.
extension Transaction {
    /// The oldest thread that knows one of the email's message-ids under the same base subject, else a new one; all of the
    /// email's message-ids are known there from now on. Threads are never merged: a threadId never changes.
    func thread(for threading: ThreadingKeys) throws -> ThreadID {
        let found = try threading.keys.map { key in
            try db.first(
                "SELECT thread FROM threadKey WHERE key = ? AND subject = ? ORDER BY thread LIMIT 1", .int(key),
                .int(threading.subject)
            ) { $0.int(0) }
        }
        let thread = found.compactMap { $0 }.min().map { ThreadID(rawValue: $0) } ?? makeThread()
        for (key, known) in zip(threading.keys, found) where known != thread.rawValue {
            try db.run(
                "INSERT OR IGNORE INTO threadKey (key, subject, thread) VALUES (?, ?, ?)", .int(key),
                .int(threading.subject), .int(thread.rawValue))
        }
        return thread
    }
}
