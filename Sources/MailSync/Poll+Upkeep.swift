import MailModel
import MailStore
import POP3

// What is done besides bringing new mail, once a listing can be believed.
extension Poll {
    /// Messages recognised by their sizes that are looked at in one poll, and when looking costs whole messages.
    static let checks = 200
    static let costlyChecks = 20

    func keepUp(_ match: ListingMatch) async throws(SyncFailure) {
        try await guarding { () async throws(SyncFailure) in try await checkRecognised(match) }
        try await trashVanished()
        try await settleDeletions(match)
        try await guarding { () async throws(SyncFailure) in try await deleteDue(match) }
        report.notices += notices
    }

    /// Looks at messages that were recognised by their sizes alone. When one is not what it was taken for, all of the same
    /// size are looked at: two may have changed places.
    private func checkRecognised(_ match: ListingMatch) async throws(SyncFailure) {
        let maildrop = subject.maildrop.id
        let limit = probe.isCostly ? Self.costlyChecks : Self.checks
        let unchecked = try await store { account in
            try await account.read { try $0.uncheckedMessages(of: maildrop, limit: limit) }
        }
        let messages = unchecked.compactMap { listed($0, match) }
        guard !messages.isEmpty else { return }
        let recognition = Recognition(probe, subject, now: now)
        let verdicts = try await recognition.verdicts(on: messages)
        let right = messages.filter { verdicts[$0.number] == .same }
        try await change(right) { writer, part in
            let emails = try part.compactMap { message in
                try writer.reader.rememberedMessage(message.uniqueID, ordinal: message.ordinal, of: maildrop)
                    .map { (key: MessageKey(message.uniqueID, message.ordinal), email: $0.email, isConfirmed: true) }
            }
            try writer.settle(emails, of: maildrop)
        }
        let wrong = messages.filter { verdicts[$0.number] == .different }
        for octets in Set(wrong.map(\.octets)) { try await repair(octets, match) }
    }

    /// Finds out anew which of the unchecked messages of one size is which email.
    private func repair(_ octets: Int, _ match: ListingMatch) async throws(SyncFailure) {
        let maildrop = subject.maildrop.id
        let group = try await store { account in
            try await account.read { reader in
                try reader.uncheckedMessages(of: maildrop, octets: octets).map { message in
                    (message, try reader.rememberedMessage(message.uniqueID, ordinal: message.ordinal, of: maildrop))
                }
            }
        }
        var messages: [ListedMessage] = []
        var free: [RememberedMessage] = []
        for (message, remembered) in group {
            guard let message = listed(message, match), let remembered else { continue }
            messages.append(message)
            free.append(remembered)
        }
        let probed = try await probe.look(at: messages, whole: free.contains { $0.mark == nil })
        var checks: [(key: MessageKey, email: EmailID, isConfirmed: Bool)] = []
        var strangers: [MessageKey] = []
        for message in messages {
            let key = MessageKey(message.uniqueID, message.ordinal)
            if let seen = probed[message.number], let index = free.firstIndex(where: { seen.verdict(on: $0) == .same })
            {
                checks.append((key, free.remove(at: index).email, true))
            } else {
                strangers.append(key)
            }
        }
        for (key, remembered) in zip(strangers, free) { checks.append((key, remembered.email, false)) }
        let final = checks
        try await record { writer in
            try writer.settle(final, of: maildrop)
            // The next poll must list, to fetch what is new after all.
            if final.contains(where: { !$0.isConfirmed }) { try writer.setListingProbe(nil, of: maildrop) }
        }
    }

    private func listed(
        _ message: (uniqueID: UniqueID, ordinal: Int, octets: Int), _ match: ListingMatch
    ) -> ListedMessage? {
        match.number(of: MessageKey(message.uniqueID, message.ordinal)).map {
            ListedMessage(number: $0, uniqueID: message.uniqueID, ordinal: message.ordinal, octets: message.octets)
        }
    }

    private func trashVanished() async throws(SyncFailure) {
        let (maildrop, now) = (subject.maildrop, now)
        let isWanted = maildrop.settings.vanished == .trash
        guard try await store({ account in try await account.read { try $0.hasVanishing(maildrop.id) } }) else {
            return
        }
        try await record { writer in
            try writer.trashVanished(before: now, isWanted: isWanted, limit: Recognition.batch, of: maildrop.id)
        }
    }
}

// The end of the session.
extension Poll {
    /// Ends the session, and notes what that makes of deletions. Everything fetched is on disk: only now may the server
    /// call it retrieved.
    func leave() async throws(SyncFailure) {
        if !sent.isEmpty, try await hasWithdrawn() { return }
        // What a server has not told this time is as it told before.
        let isDownloadOnce =
            session.capabilities.isKnown ? session.capabilities.expire?.days == 0 : subject.memory.expiresAtQuit
        if isDownloadOnce, try await !mayLeave() { return }
        let isAnswered: Bool
        do {
            isAnswered = try await session.quit()
        } catch  where error.kind == .interrupted {
            throw error
        } catch {
            // The journal says what was sent; the next listing shows what became of it.
            return
        }
        guard isAnswered else { return }
        let sent = sent
        report.deleted = sent.count
        try await change(sent) { writer, part in try writer.noteAnswered(part) }
        if isDownloadOnce { try await expectExpiry() }
    }

    /// Whether somebody has changed their mind since the deletions were sent: the retention, or an email's being read. Then
    /// the connection is dropped without QUIT, which takes all of them back (RFC 1939 §8); the next poll settles them.
    private func hasWithdrawn() async throws(SyncFailure) -> Bool {
        let (maildrop, now) = (subject.maildrop, now)
        return try await store { account in
            try await account.read { reader in
                try maildrop.checkSignIn(reader)
                return try reader.hasWithdrawnDeletions(of: maildrop.id, now: now)
            }
        }
    }

    /// A server with EXPIRE 0 may delete at QUIT whatever was retrieved (RFC 2449 §6.7): QUIT is a deletion then, and needs
    /// copies that were read back. Without QUIT nothing is deleted (RFC 1939 §8).
    ///
    /// QUIRK: messages deleted by being read; RetentionTests.expireZero
    private func mayLeave() async throws(SyncFailure) -> Bool {
        guard !probe.lacksCopies else { return false }
        guard report.failure == nil else { return report.fetched == 0 }
        guard report.fetched > 0 else { return true }
        let stored = try await fetchedMessages().map(\.email)
        let verified = try await store { account in try await account.verifiedCopies(of: stored) }
        if verified.count == stored.count { return true }
        report.notices.append(.unverifiedCopies(stored.count - verified.count))
        return false
    }

    /// What was retrieved may be gone next time, and that is no surprise.
    private func expectExpiry() async throws(SyncFailure) {
        guard report.fetched > 0 else { return }
        let (maildrop, now) = (subject.maildrop.id, now)
        try await change(try await fetchedMessages().map(\.key)) { writer, part in
            try writer.setAbsent(part, since: now, of: maildrop)
        }
    }

    private func fetchedMessages() async throws(SyncFailure) -> [(key: MessageKey, email: EmailID)] {
        let (maildrop, now) = (subject.maildrop.id, now)
        return try await store { account in
            try await account.read { try $0.emailsStored(byPollAt: now, of: maildrop) }
        }
    }

    /// What the server's capabilities mean for the maildrop's settings.
    private var notices: [MaildropNotice] {
        var notices: [MaildropNotice] = []
        let settings = subject.maildrop.settings
        if let days = session.capabilities.expire?.days {
            notices.append(.expire(days, settings.retention))
        }
        let interval = settings.pollInterval ?? options.shortestInterval
        if let notice = LoginDelay(session.capabilities)?.notice(interval: interval) {
            notices.append(notice)
        }
        return notices
    }
}

extension MaildropNotice {
    static func expire(_ days: Int, _ retention: Retention) -> MaildropNotice {
        let keeps = retention.deleteAfter.map { $0 > days } ?? true
        let end =
            keeps
            ? " It keeps mail for less long than this maildrop's retention: the copy here becomes the only one." : ""
        return MaildropNotice(
            type: "expire",
            description: days == 0
                ? "The server may delete messages once they have been fetched (EXPIRE 0).\(end)"
                : "The server may delete messages after \(days) days (EXPIRE).\(end)")
    }

    static func unverifiedCopies(_ count: Int) -> MaildropNotice {
        MaildropNotice(
            type: "unverifiedCopies",
            description: "\(count) messages are not deleted at the server because their copies could not be read back"
                + " from disk whole; restante check store says what is wrong.")
    }
}
