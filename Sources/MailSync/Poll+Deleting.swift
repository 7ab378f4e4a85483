import MailModel
import MailStore
import NIOCore
import POP3

// Retention (docs/decisions/0026).
extension Poll {
    /// The most deletions of one poll, and of one step of it.
    static let deletions = 2000
    static let deletionsInARow = 200
    /// Sessions that must break off at the deletion of one message before it is left alone for a day.
    static let deletionAttempts = 3

    /// Finds out what became of earlier deletions: a listing that can be believed tells.
    func settleDeletions(_ match: ListingMatch) async throws(SyncFailure) {
        let maildrop = subject.maildrop
        let open = try await store { account in try await account.read { try $0.openDeletions(of: maildrop.id) } }
        guard !open.isEmpty else { return }
        let gone = open.filter { match.number(of: $0.key) == nil }
        let refused = open.filter { $0.state == .answered && match.number(of: $0.key) != nil }
        try await change(gone) { writer, part in try writer.noteDeleted(part, of: maildrop.id) }
        try await change(refused) { writer, part in
            try writer.giveUp(part.map { ($0, "The server said that it was deleted and lists it again.") })
        }
    }

    /// Deletes what the retention says, each message only after its copy was read back and after the server showed that
    /// it is that message.
    func deleteDue(_ match: ListingMatch) async throws(SyncFailure) {
        let maildrop = subject.maildrop
        let (now, limit) = (now, Self.deletions)
        let due = try await store { account in
            try await account.read {
                try $0.dueMessages(of: maildrop.id, maildrop.settings.retention, now: now, limit: limit)
            }
        }
        try await dropWhatIsNotDue(due)
        var unverified = 0
        for start in stride(from: 0, to: due.count, by: Self.deletionsInARow) {
            let part = due[start..<min(start + Self.deletionsInARow, due.count)].filter {
                match.number(of: $0.key) != nil
            }
            let verified = try await withCopies(part)
            unverified += part.count - verified.count
            try await delete(try await shown(verified, match), match)
        }
        if unverified > 0 { report.notices.append(.unverifiedCopies(unverified)) }
        // What this poll has just stored is for the next one.
        let isAllListed = due.allSatisfy { match.number(of: $0.key) != nil }
        guard due.count < limit, isAllListed, !maildrop.settings.retention.keepsAll else { return }
        try await record { try $0.noteLookedForDue(of: maildrop) }
    }

    /// What was intended under other settings, or before the email was marked unread, is not any more.
    private func dropWhatIsNotDue(_ due: [DueMessage]) async throws(SyncFailure) {
        let maildrop = subject.maildrop.id
        let keys = Set(due.map(\.key))
        let open = try await store { account in try await account.read { try $0.openDeletions(of: maildrop) } }
        try await change(open.filter { !keys.contains($0.key) && $0.state != .answered }) { writer, part in
            try writer.giveUp(part.map { ($0, "It is not due any more.") })
        }
    }

    /// The due messages whose copies are whole on disk. One that was destroyed here has none: a person did away with it.
    private func withCopies(_ due: [DueMessage]) async throws(SyncFailure) -> [DueMessage] {
        let emails = due.filter { $0.reason == .age }.map(\.email)
        let verified = try await store { account in try await account.verifiedCopies(of: emails) }
        return due.filter { $0.reason == .destroyed || verified.contains($0.email) }
    }

    /// The due messages that the server shows to be what they are taken for.
    private func shown(_ due: [DueMessage], _ match: ListingMatch) async throws(SyncFailure) -> [DueMessage] {
        let messages = due.compactMap { due in
            match.number(of: due.key).map {
                ListedMessage(number: $0, uniqueID: due.key.uniqueID, ordinal: due.key.ordinal, octets: due.octets)
            }
        }
        let verdicts = try await leavingAlone(due) { () async throws(SyncFailure) in
            try await Recognition(probe, subject, now: now).verdictsBeforeDeletion(on: messages)
        }
        let right = messages.filter { verdicts[$0.number] == .same }
        // The copies of those were read back a moment ago.
        for message in right { probe.noteCopy(of: message.number) }
        let same = Set(right.map { MessageKey($0.uniqueID, $0.ordinal) })
        // Under an old unique-id the server shows another message: the next poll takes it for new.
        let maildrop = subject.maildrop.id
        let other = messages.filter { verdicts[$0.number] == .different }
        try await change(other) { writer, part in
            try writer.retire(
                part.map { MessageKey($0.uniqueID, $0.ordinal) }, of: maildrop, listedAsOthers: true)
            try writer.setListingProbe(nil, of: maildrop)
        }
        return due.filter { same.contains($0.key) }
    }

    /// A due message at which the session breaks off when it is looked at is left alone for a day: it stops no other.
    private func leavingAlone<Result>(
        _ due: [DueMessage], _ look: () async throws(SyncFailure) -> Result
    ) async throws(SyncFailure) -> Result {
        do {
            return try await look()
        } catch {
            guard probe.hasRetrieved, let suspect = probe.suspect else { throw error }
            let maildrop = subject.maildrop.id
            let note = "The session failed while it was looked at: \(error.description)"
            let key = MessageKey(suspect.uniqueID, suspect.ordinal)
            try await change(due.filter { $0.key == key }) { writer, part in
                try writer.giveUp(try writer.intend(part, of: maildrop).map { ($0, note) })
            }
            throw error
        }
    }

    private func delete(_ due: [DueMessage], _ match: ListingMatch) async throws(SyncFailure) {
        guard !due.isEmpty else { return }
        let maildrop = subject.maildrop
        let now = now
        // Looked at once more in the transaction that intends it: a device may have marked one unread.
        let intended = try await record { writer in
            let still = try writer.reader.dueMessages(
                of: maildrop.id, maildrop.settings.retention, now: now, limit: Self.deletions)
            let current = try writer.reader.maildrop(maildrop.id)?.settings.retention
            guard current == maildrop.settings.retention else { return [Deletion]() }
            return try writer.intend(due.filter(Set(still).contains), of: maildrop.id)
        }
        var waiting = intended[...]
        var asked = CircularBuffer<Deletion>()
        var (done, refused): ([Deletion], [(deletion: Deletion, note: String)]) = ([], [])
        do throws(SyncFailure) {
            while true {
                while session.waitingOrders < 32, let deletion = waiting.popFirst() {
                    guard let number = match.number(of: deletion.key) else { continue }
                    asked.append(deletion)
                    session.perform(.delete(number))
                }
                guard let deletion = asked.first else { break }
                switch try await session.next() {
                case .answer(.done): done.append(deletion)
                case .refused(_, let error):
                    refused.append((deletion, "The server refuses to delete it: \(error.description)"))
                default: throw SyncFailure(.protocolError, "The session came out of step.")
                }
                asked.removeFirst()
            }
        } catch {
            if error.mayBeOfOneMessage, let suspect = asked.first, suspect.attempts >= Self.deletionAttempts {
                refused.append((suspect, "The session failed while it was deleted: \(error.description)"))
            }
            let note = refused
            try await record { try $0.giveUp(note) }
            throw error
        }
        let (sent, note) = (done, refused)
        try await record { writer in
            try writer.noteSent(sent)
            try writer.giveUp(note)
        }
        self.sent += sent
    }
}
