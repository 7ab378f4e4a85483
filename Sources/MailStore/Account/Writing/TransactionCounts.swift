import GRDB
import MailModel

/// A thread's counts as they were read and as they are now.
struct CachedThread {
    /// Nil for a thread that this transaction creates.
    let stored: ThreadCounts?
    var current: ThreadCounts
    var modseq: Modseq?
}

/// Keeping the counts of threads and mailboxes: changed in memory as emails change, written once before the commit.
extension Transaction {
    /// Begins a thread that has no email yet; the caller adds one.
    func makeThread() -> ThreadID {
        let id = makeThreadID()
        threads[id] = CachedThread(stored: nil, current: ThreadCounts(), modseq: note(.created, .thread, id.rawValue))
        return id
    }

    /// An email of `thread` stands elsewhere now: it came (no `old`), went (no `new`), moved, was read.
    func moveEmail(of thread: ThreadID, from old: EmailStanding?, to new: EmailStanding?) throws {
        let trash = try trash()
        var cached = try threads[thread] ?? load(thread)
        let before = cached.current
        if let old { cached.current.remove(old, trash: trash) }
        if let new { cached.current.add(new, trash: trash) }
        if old == nil || new == nil {
            cached.modseq = note(cached.current.emails == 0 ? .destroyed : .updated, .thread, thread.rawValue)
        }
        threads[thread] = cached
        for mailbox in Set(before.mailboxes.keys).union(cached.current.mailboxes.keys) {
            let was = before.counted(in: mailbox, trash: trash)
            let `is` = cached.current.counted(in: mailbox, trash: trash)
            let emailsWere = before.mailboxes[mailbox] ?? .init()
            let emailsAre = cached.current.mailboxes[mailbox] ?? .init()
            counts[mailbox, default: CountsDelta()].add(
                emails: emailsAre.total - emailsWere.total, unreadEmails: emailsAre.unread - emailsWere.unread,
                threads: `is`.total - was.total, unreadThreads: `is`.unread - was.unread)
        }
    }

    private func load(_ thread: ThreadID) throws -> CachedThread {
        let row = try db.first("SELECT emails, unread FROM thread WHERE id = ?", .int(thread.rawValue)) { row in
            ThreadCounts(emails: Int(row.int(0)), unread: Int(row.int(1)))
        }
        guard var counts = row else { throw MailStoreError(.corrupt, "Thread \(thread) has no row.") }
        try db.each("SELECT mailbox, total, unread FROM threadMailbox WHERE thread = ?", [.int(thread.rawValue)]) {
            row in
            counts.mailboxes[MailboxID(rawValue: row.int(0))] = .init(total: Int(row.int(1)), unread: Int(row.int(2)))
            return true
        }
        return CachedThread(stored: counts, current: counts)
    }

    /// Writes threads, counts and next UIDs, so that rows say what this transaction has done so far.
    func flush() throws {
        for (id, thread) in threads.sorted(by: { $0.key < $1.key }) { try write(thread, id) }
        threads.removeAll(keepingCapacity: true)
        for (id, delta) in counts where delta != CountsDelta() {
            let modseq = note(.counts, .mailbox, id.rawValue)
            try db.run(
                """
                UPDATE mailbox SET totalEmails = totalEmails + ?, unreadEmails = unreadEmails + ?,
                totalThreads = totalThreads + ?, unreadThreads = unreadThreads + ?, updatedModseq = ? WHERE id = ?
                """,
                .int(delta.totalEmails), .int(delta.unreadEmails), .int(delta.totalThreads), .int(delta.unreadThreads),
                .int(modseq.rawValue), .int(id.rawValue))
        }
        counts.removeAll(keepingCapacity: true)
        for (id, next) in uidNext {
            try db.run("UPDATE mailbox SET uidNext = ?1 WHERE id = ?2 AND uidNext < ?1", .int(next), .int(id.rawValue))
        }
        uidNext.removeAll(keepingCapacity: true)
    }

    private func write(_ thread: CachedThread, _ id: ThreadID) throws {
        guard thread.current.emails > 0 else { return try delete(thread, id) }
        if thread.stored == nil {
            try db.run(
                "INSERT INTO thread (id, emails, unread, createdModseq, updatedModseq) VALUES (?1, ?2, ?3, ?4, ?4)",
                .int(id.rawValue), .int(thread.current.emails), .int(thread.current.unread),
                .int(thread.modseq?.rawValue))
        } else if thread.stored != thread.current || thread.modseq != nil {
            try db.run(
                "UPDATE thread SET emails = ?, unread = ?, updatedModseq = ifnull(?, updatedModseq) WHERE id = ?",
                .int(thread.current.emails), .int(thread.current.unread), .int(thread.modseq?.rawValue),
                .int(id.rawValue))
        }
        for (mailbox, count) in thread.current.mailboxes where thread.stored?.mailboxes[mailbox] != count {
            try db.run(
                """
                INSERT INTO threadMailbox (thread, mailbox, total, unread) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT DO UPDATE SET total = ?3, unread = ?4
                """,
                .int(id.rawValue), .int(mailbox.rawValue), .int(count.total), .int(count.unread))
        }
        for mailbox in (thread.stored?.mailboxes ?? [:]).keys where thread.current.mailboxes[mailbox] == nil {
            try db.run(
                "DELETE FROM threadMailbox WHERE thread = ? AND mailbox = ?", .int(id.rawValue), .int(mailbox.rawValue))
        }
    }

    private func delete(_ thread: CachedThread, _ id: ThreadID) throws {
        guard thread.stored != nil else { return }
        try db.run("DELETE FROM threadMailbox WHERE thread = ?", .int(id.rawValue))
        try db.run("DELETE FROM threadKey WHERE thread = ?", .int(id.rawValue))
        try db.run("DELETE FROM thread WHERE id = ?", .int(id.rawValue))
    }
}

extension CountsDelta {
    fileprivate mutating func add(emails: Int, unreadEmails: Int, threads: Int, unreadThreads: Int) {
        totalEmails += emails
        self.unreadEmails += unreadEmails
        totalThreads += threads
        self.unreadThreads += unreadThreads
    }
}
