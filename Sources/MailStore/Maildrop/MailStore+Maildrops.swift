public import MailModel

extension MailStore {
    /// The status of a maildrop; before its first poll, what its settings say.
    public func status(of maildrop: Maildrop, in account: AccountID) -> MaildropStatus {
        board.status(maildrop.id, in: account)
            ?? MaildropStatus(id: maildrop.id, state: maildrop.settings.enabled ? .idle : .disabled)
    }

    /// The state of MaildropStatus (RFC 8620 §5.1). It belongs to this process: after a restart an older one cannot be
    /// followed, and a device reads everything again.
    public func statusState(of account: AccountID) -> StateToken { board.state(of: account) }

    /// - Throws: `cannotCalculateChanges` for a state of another process.
    public func statusChanges(
        of account: AccountID, since: StateToken, max: Int? = nil
    ) throws(MailStoreError) -> Changes<MaildropID> {
        try board.changes(of: account, since: since, max: max)
    }

    /// Changes what is known of a maildrop; devices are told of a transition only, at once.
    package func updateStatus(
        of maildrop: MaildropID, in account: AccountID, _ change: (inout MaildropStatus) -> Void
    ) {
        board.update(maildrop, in: account, change)
    }

    /// Takes a removed maildrop off the status board.
    package func forgetStatus(of maildrop: MaildropID, in account: AccountID) {
        _ = idlePolls.take(maildrop: maildrop, account: account)
        board.forget(maildrop, in: account)
    }

    /// Asks for a poll now, and waits for how it went. A first fetch that takes several sessions is waited for whole.
    ///
    /// - Throws: `closed` when no service polls in this process; `tooSoon` when its server wants more time between two
    ///   sign-ins: it is polled as soon as that has passed.
    public func requestPoll(_ maildrop: MaildropID, in account: AccountID) async throws(MailStoreError) -> PollRecord {
        let answer = try await request(.poll, maildrop, account)
        guard case .polled(let record) = answer else { throw answer.refusal }
        return record
    }

    /// Asks for a test of a maildrop's connection now, and waits for what it found.
    ///
    /// - Throws: `closed` when no service polls in this process; `tooSoon` when the sign-ins that its host may have are
    ///   used up.
    public func requestTest(
        _ maildrop: MaildropID, in account: AccountID
    ) async throws(MailStoreError) -> [MaildropFinding] {
        let answer = try await request(.test, maildrop, account)
        guard case .tested(let report) = answer else { throw answer.refusal }
        return report.findings
    }

    private func request(
        _ kind: MaildropWish.Kind, _ maildrop: MaildropID, _ account: AccountID
    ) async throws(MailStoreError) -> MaildropAnswer {
        try await MaildropRequest.ask(
            MaildropWish(account: account, maildrop: maildrop, kind: kind), through: requestFeed,
            ifNobody: "No service polls maildrops now.")
    }

    /// What somebody wants polled or tested now: for the one service that polls.
    package func requests() -> AsyncStream<MaildropRequest> { requestFeed.listen() }

    /// When maildrops are due, as last written down; the earliest first. A hint: wrong after an end that was not clean.
    package func dueHints() async throws(MailStoreError) -> [DueHint] {
        try await database.read { database in
            try database.all(
                """
                SELECT account, maildrop, dueAt FROM maildropDue JOIN account ON account.id = maildropDue.account
                WHERE removing = 0 AND hintsStale = 0 ORDER BY dueAt
                """
            ) { row in
                DueHint(
                    account: AccountID(rawValue: row.int(0)), maildrop: MaildropID(rawValue: row.int(1)),
                    dueAt: Timestamp(milliseconds: row.int(2)))
            }
        }
    }

    /// Accounts whose hints may be wrong or missing: their maildrops have to be read once.
    package func accountsWithStaleHints() async throws(MailStoreError) -> [AccountID] {
        let written = try await database.read { database in
            try database.all("SELECT id FROM account WHERE removing = 0 AND hintsStale = 1") {
                AccountID(rawValue: $0.int(0))
            }
        }
        // A maildrop that was added a moment ago is only noted yet.
        return Set(written).union(deferred.staleAccounts).sorted()
    }

    /// Notes when each maildrop of an account is due: all of them, so that the account need not be opened to know. It is
    /// written with other such notes, not at once.
    package func noteDue(_ due: [MaildropID: Timestamp], of account: AccountID) {
        writeLater(
            deferred.noteLazily(at: options.clock()) { values in
                values.due[account] = due
                values.stale.remove(account)
            })
    }
}

/// When a maildrop is due next.
package struct DueHint: Hashable, Sendable {
    package let account: AccountID
    package let maildrop: MaildropID
    package let dueAt: Timestamp
}
