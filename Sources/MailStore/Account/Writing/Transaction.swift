import GRDB
import MailModel

/// What one write transaction has done so far and not yet written: modseqs given out, the change log, counts. Written by
/// `finish`, forgotten with a rollback.
final class Transaction {
    let db: Database
    let now: Timestamp
    let epoch: Epoch
    /// The most octets of messages that the account may hold; nil: no limit.
    let octetsLimit: Int64?
    private(set) var counters: Counters
    let countersAtStart: Counters
    private var changes: [ChangedObject: LoggedChange] = [:]
    private var states: [DataType: Modseq] = [:]
    var threads: [ThreadID: CachedThread] = [:]
    var counts: [MailboxID: CountsDelta] = [:]
    var uidNext: [MailboxID: Int64] = [:]
    /// Blobs whose rows are deleted here and whose files go after the commit.
    var removedFiles: [BlobID] = []
    private var trashMailbox: MailboxID??
    /// A database error inside a verb: the transaction must not be committed, whatever its caller makes of it.
    private(set) var failure: (any Error)?

    /// The row of `meta`, as far as transactions move it.
    struct Counters: Equatable {
        var modseq: Int64
        var nextMailbox: Int64
        var nextEmail: Int64
        var nextThread: Int64
        var uidValidity: Int64
        var messageOctets: Int64
    }

    private struct ChangedObject: Hashable {
        let type: DataType
        let object: Int64
    }

    private struct LoggedChange {
        var kind: ChangeKind
        let modseq: Modseq
    }

    init(db: Database, epoch: Epoch, now: Timestamp, octetsLimit: Int? = nil) throws {
        let counters = try db.first(
            "SELECT modseq, nextMailbox, nextEmail, nextThread, uidValidity, messageOctets FROM meta WHERE id = 1"
        ) { row in
            Counters(
                modseq: row.int(0), nextMailbox: row.int(1), nextEmail: row.int(2), nextThread: row.int(3),
                uidValidity: row.int(4), messageOctets: row.int(5))
        }
        guard let counters else { throw MailStoreError(.corrupt, "The account's mail.db has no meta row.") }
        self.db = db
        self.epoch = epoch
        self.now = now
        self.octetsLimit = octetsLimit.map(Int64.init)
        self.counters = counters
        countersAtStart = counters
    }

    // MARK: What verbs use

    /// Runs the writes of one verb: when the database fails in it, the whole transaction has failed.
    func verb<T>(_ body: () throws -> T) throws -> T {
        do { return try body() } catch let error as MailStoreError { throw error } catch {
            failure = failure ?? error
            throw error
        }
    }

    /// Logs that something happened to an object. In one transaction the log keeps one change for each object: creation
    /// outlasts updates, and what is created and destroyed here was never there.
    @discardableResult
    func note(_ kind: ChangeKind, _ type: DataType, _ object: Int64) -> Modseq {
        let key = ChangedObject(type: type, object: object)
        guard var logged = changes[key] else {
            let modseq = takeModseq()
            changes[key] = LoggedChange(kind: kind, modseq: modseq)
            return modseq
        }
        switch (logged.kind, kind) {
        case (.created, .destroyed): changes[key] = nil
        case (.created, _), (.updated, .counts), (.destroyed, _): break
        case (_, _):
            logged.kind = kind
            changes[key] = logged
        }
        return logged.modseq
    }

    /// New mail has arrived (RFC 8621 §1.5).
    func noteDelivery() { states[.emailDelivery] = takeModseq() }

    private func takeModseq() -> Modseq {
        counters.modseq += 1
        return Modseq(rawValue: counters.modseq)
    }

    /// A message came, or went.
    func addMessageOctets(_ octets: Int64) { counters.messageOctets += octets }

    func makeMailboxID() -> MailboxID {
        defer { counters.nextMailbox += 1 }
        return MailboxID(rawValue: counters.nextMailbox)
    }

    func makeEmailID() -> EmailID {
        defer { counters.nextEmail += 1 }
        return EmailID(rawValue: counters.nextEmail)
    }

    func makeThreadID() -> ThreadID {
        defer { counters.nextThread += 1 }
        return ThreadID(rawValue: counters.nextThread)
    }

    /// A UIDVALIDITY that no mailbox of this account had before (RFC 9051 §2.3.1.1): the time, or one more than the last.
    func makeUIDValidity() -> Int64 {
        counters.uidValidity = max(counters.uidValidity + 1, min(now.seconds, 0xF000_0000))
        return counters.uidValidity
    }

    /// The next UID of a mailbox; nil when there is no such mailbox.
    func makeUID(in mailbox: MailboxID) throws -> Int64? {
        guard let next = try nextUID(of: mailbox) else { return nil }
        uidNext[mailbox] = next + 1
        return next
    }

    func exists(_ mailbox: MailboxID) throws -> Bool { try nextUID(of: mailbox) != nil }

    private func nextUID(of mailbox: MailboxID) throws -> Int64? {
        if let next = uidNext[mailbox] { return next }
        let next = try db.first("SELECT uidNext FROM mailbox WHERE id = ?", .int(mailbox.rawValue)) { $0.int(0) }
        uidNext[mailbox] = next
        return next
    }

    /// The mailbox with the role `trash`.
    func trash() throws -> MailboxID? {
        if let trashMailbox { return trashMailbox }
        let found = try db.first("SELECT id FROM mailbox WHERE role = 'trash'") { MailboxID(rawValue: $0.int(0)) }
        trashMailbox = .some(found)
        return found
    }

    /// Another mailbox may be the trash from now on.
    func forgetTrash() { trashMailbox = nil }

    /// The state of a type when what was done so far is committed; nil while nothing of that type has changed.
    func state(of type: DataType) -> StateToken? {
        changedStates()[type].map { StateToken(epoch: epoch, modseq: $0) }
    }

    // MARK: The end

    /// Types of which something came, went or changed, and those of which something came or went.
    var touched: (changed: Set<DataType>, renewed: Set<DataType>) {
        var (changed, renewed): (Set<DataType>, Set<DataType>) = ([], [])
        for (key, change) in changes {
            changed.insert(key.type)
            if change.kind == .created || change.kind == .destroyed { renewed.insert(key.type) }
        }
        return (changed, renewed)
    }

    /// What happened to the objects of a type.
    func noted(_ type: DataType) -> [Int64: ChangeKind] {
        changes.reduce(into: [:]) { noted, change in
            if change.key.type == type { noted[change.key.object] = change.value.kind }
        }
    }

    var hasChanges: Bool { !changes.isEmpty || !states.isEmpty }

    private func changedStates() -> [DataType: Modseq] {
        changes.reduce(into: states) { states, change in
            states[change.key.type] = max(states[change.key.type] ?? .zero, change.value.modseq)
        }
    }

    /// Writes what is pending.
    /// - Returns: the new state of each type that changed.
    func finish() throws -> [DataType: StateToken] {
        if let failure { throw failure }
        try flush()
        noteQuotas()
        if counters != countersAtStart { try writeCounters() }
        guard hasChanges else { return [:] }
        for (key, change) in changes.sorted(by: { $0.value.modseq < $1.value.modseq }) {
            try db.run(
                "INSERT INTO change (type, modseq, object, kind) VALUES (?, ?, ?, ?)", .int(key.type.number),
                .int(change.modseq.rawValue), .int(key.object), .int(change.kind.rawValue))
        }
        let states = changedStates()
        for (type, modseq) in states {
            try db.run(
                "INSERT INTO state (type, modseq) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET modseq = ?2",
                .int(type.number), .int(modseq.rawValue))
        }
        try noteTime()
        return states.mapValues { StateToken(epoch: epoch, modseq: $0) }
    }

    private func writeCounters() throws {
        try db.run(
            """
            UPDATE meta SET modseq = ?, nextMailbox = ?, nextEmail = ?, nextThread = ?, uidValidity = ?,
            messageOctets = ? WHERE id = 1
            """,
            .int(counters.modseq), .int(counters.nextMailbox), .int(counters.nextEmail), .int(counters.nextThread),
            .int(counters.uidValidity), .int(counters.messageOctets))
    }

    /// Remembers which modseq was reached when. A clock that goes back does not make changes older than they are.
    private func noteTime() throws {
        let last = try db.first("SELECT hour FROM changeTime ORDER BY hour DESC LIMIT 1") { $0.int(0) }
        try db.run(
            "INSERT INTO changeTime (hour, modseq) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET modseq = ?2",
            .int(max(now.seconds / 3600, last ?? 0)), .int(counters.modseq))
    }
}
