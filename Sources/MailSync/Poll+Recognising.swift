import MailModel
import MailStore
import POP3

// What a listing means.
extension Poll {
    /// Finds out what is stored under unknown unique-ids. True: the maildrop was renumbered.
    func recognise(_ match: inout ListingMatch) async throws(SyncFailure) -> Bool {
        let recognition = Recognition(probe, subject, now: now)
        var found = match
        defer {
            match = found
            report.recognised = recognition.adopted
        }
        try await guarding { () async throws(SyncFailure) in try await recognition.run(&found) }
        return recognition.isRenumbered
    }

    /// Looks at headers. When the session breaks off at it, that is remembered, so that the next polls do otherwise.
    func guarding<Result>(_ body: () async throws(SyncFailure) -> Result) async throws(SyncFailure) -> Result {
        let maildrop = subject.maildrop.id
        do {
            let result = try await body()
            if subject.topFailures > 0, probe.topAnswers > 0 {
                try await change([maildrop]) { writer, _ in try writer.noteTop(failed: false, of: maildrop) }
            }
            return result
        } catch {
            guard let suspect = probe.suspect else { throw error }
            if probe.hasRetrieved {
                try await park(suspect, error)
            } else {
                try await change([maildrop]) { writer, _ in try writer.noteTop(failed: true, of: maildrop) }
            }
            throw error
        }
    }

    /// A message at which the session broke off must not stop the others; one that is stored stays so.
    private func park(_ suspect: ListedMessage, _ failure: SyncFailure) async throws(SyncFailure) {
        let (maildrop, now) = (subject.maildrop.id, now)
        try await change([suspect]) { writer, part in
            let known = try writer.reader.unstoredMessages(of: maildrop)
            let parked = part.map { message in
                let attempts =
                    known.first { $0.uniqueID == message.uniqueID && $0.ordinal == message.ordinal }?.attempts ?? 0
                return UnstoredMessage(
                    uniqueID: message.uniqueID, ordinal: message.ordinal, octets: message.octets, state: .parked,
                    reason: "The session failed while it was looked at: \(failure.description)",
                    attempts: attempts + 1,
                    retryAt: now.adding(MessageFetch.pause(after: attempts + 1, first: .seconds(600))))
            }
            try writer.recordUnstored(parked, of: maildrop)
        }
    }

    /// Decides whether what the listing lacks is gone, and notes it.
    func judge(_ match: ListingMatch, isRenumbered: Bool) async throws(SyncFailure) -> ListingTrust {
        guard match.complaint == nil else { return .none }
        guard !isRenumbered else { return .whole }
        let (maildrop, now) = (subject.maildrop.id, now)
        let (earlier, open) = try await store { account in
            try await account.read { reader in
                (try reader.listingSuspicion(of: maildrop), try reader.openDeletions(of: maildrop))
            }
        }
        let deleted = Set(open.filter { $0.state != .intended }.map(\.key))
        let keys = match.gone.compactMap { match.key(at: $0) }
        let missing = keys.filter { !deleted.contains($0) }
        let trust = ListingTrust.judge(
            missing: missing.count - recognisedAmongGone(match), of: match.presentCount - (keys.count - missing.count),
            earlier, now: now)
        switch trust {
        case .suspicious(let suspicion):
            report.notices.append(.suspiciousListing(missing: missing.count, of: match.presentCount, suspicion.since))
            try await change([suspicion]) { writer, part in
                try writer.setListingSuspicion(part.first, of: maildrop)
            }
        case .whole:
            if earlier != nil {
                try await change([maildrop]) { writer, _ in try writer.setListingSuspicion(nil, of: maildrop) }
            }
            let returned = match.returned.compactMap { match.key(at: $0) }
            let isNews = subject.maildrop.settings.vanished == .trash
            try await change(missing) { writer, part in
                try writer.setAbsent(part, since: now, isNews: isNews, of: maildrop)
            }
            try await change(returned) { writer, part in try writer.setAbsent(part, since: nil, of: maildrop) }
        case .none: break
        }
        return trust
    }

    /// Messages that are gone under their unique-ids and there under others.
    private func recognisedAmongGone(_ match: ListingMatch) -> Int { min(report.recognised, match.gone.count) }

    // MARK: The store

    func store<Result>(
        _ body: (Account) async throws -> Result
    ) async throws(SyncFailure) -> Result {
        do {
            return try await body(subject.account)
        } catch {
            throw SyncFailure(error)
        }
    }

    /// Writes down what this poll learnt of the maildrop, in one transaction.
    @discardableResult
    func record<Result: Sendable>(
        _ write: @escaping @Sendable (AccountWriter) throws -> Result
    ) async throws(SyncFailure) -> Result {
        let maildrop = subject.maildrop
        return try await store { account in
            try await account.write { writer in
                try maildrop.checkSignIn(writer.reader)
                return try write(writer)
            }
        }
    }

    /// Writes in batches, each in a transaction of its own.
    func change<Element: Sendable>(
        _ elements: [Element], _ write: @escaping @Sendable (AccountWriter, [Element]) throws -> Void
    ) async throws(SyncFailure) {
        for start in stride(from: 0, to: elements.count, by: Recognition.batch) {
            let part = Array(elements[start..<min(start + Recognition.batch, elements.count)])
            try await record { try write($0, part) }
        }
    }
}

extension MaildropNotice {
    static func suspiciousListing(missing: Int, of present: Int, _ since: Timestamp) -> MaildropNotice {
        MaildropNotice(
            type: "suspiciousListing",
            description:
                "The server's listing lacks \(missing) of \(present) messages since \(since)."
                + " Nothing is concluded from that yet: nothing is forgotten, deleted or moved.")
    }
}
