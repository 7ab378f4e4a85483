public import MailModel

/// A job on its way to whoever carries it out.
package struct JobTicket: Sendable {
    let account: AccountID
    let job: JobID
    let work: JobWork
}

extension MailStore {
    /// Whether somebody carries out jobs in this process.
    public var carriesOutJobs: Bool { jobFeed.hasListener }

    /// An account's jobs, the oldest first.
    public func jobs(of account: AccountID) -> [MaildropJob] { jobBoard.jobs(of: account) }

    /// The state of MaildropJob (RFC 8620 §5.1); it belongs to this process.
    public func jobState(of account: AccountID) -> StateToken { jobBoard.state(of: account) }

    /// - Throws: `cannotCalculateChanges` for a state of another process.
    public func jobChanges(
        of account: AccountID, since: StateToken, max: Int? = nil
    ) throws(MailStoreError) -> Changes<JobID> {
        try jobBoard.changes(of: account, since: since, max: max)
    }

    /// Begins a poll or a test. Secrets of the work are held until it is over, and are nowhere in the job.
    ///
    /// - Throws: `overLimit` when as many as allowed are under way; `closed` when nobody carries out jobs.
    public func createJob(_ work: JobWork, in account: AccountID) throws(MailStoreError) -> MaildropJob {
        guard carriesOutJobs else {
            throw MailStoreError(.closed, "Nobody polls in this process: jobs need the daemon (restante serve).")
        }
        let (kind, maildrop): (MaildropJob.Kind, MaildropID?) =
            switch work {
            case .poll(let maildrop): (.poll, maildrop)
            case .test(_, let maildrop): (.test, maildrop)
            case .discover: (.discover, nil)
            }
        let job = try jobBoard.create(kind, of: maildrop, in: account, at: options.clock())
        jobFeed.send(JobTicket(account: account, job: job.id, work: work))
        return job
    }

    /// Forgets a job. What it has begun is not called back: a poll goes on, and its mail is kept.
    ///
    /// - Throws: `notFound`.
    public func destroyJob(_ id: JobID, in account: AccountID) throws(MailStoreError) {
        guard jobBoard.destroy(id, in: account) else { throw .notFound("job \(id)") }
    }

    /// For the one who carries out jobs.
    package func jobTickets() -> AsyncStream<JobTicket> { jobFeed.listen() }

    /// Carries out jobs, so many at once, until the store closes or the task is cancelled.
    package func carryOut(_ tickets: AsyncStream<JobTicket>, atOnce limit: Int = 32) async {
        await withTaskGroup(of: Void.self) { group in
            var running = 0
            for await ticket in tickets {
                if running >= limit {
                    await group.next()
                    running -= 1
                }
                running += 1
                group.addTask { await self.carryOut(ticket) }
            }
            group.cancelAll()
        }
    }

    private func carryOut(_ ticket: JobTicket) async {
        let (id, account, clock) = (ticket.job, ticket.account, options.clock)
        jobBoard.update(id, in: account) { job in
            job.state = .running
            job.startedAt = clock()
        }
        let outcome: JobOutcome
        do throws(MailStoreError) {
            switch ticket.work {
            case .poll(let maildrop): outcome = .polled(try await poll(maildrop, ticket))
            case .test(let trial, _): outcome = .tested(try await test(trial, account))
            case .discover(let address): outcome = .discovered(try await discover(address, for: account))
            }
        } catch {
            outcome = .refused(MaildropJob.Failure(error))
        }
        jobBoard.end(id, in: account) { $0.end(outcome, at: clock()) }
    }

    /// Polls, and takes what the status board shows meanwhile into the job.
    private func poll(_ maildrop: MaildropID, _ ticket: JobTicket) async throws(MailStoreError) -> PollRecord {
        let changes = changes(of: ticket.account)
        let watching = { @Sendable in
            for await change in changes where change.states[.maildropStatus] != nil {
                guard let status = self.board.status(maildrop, in: ticket.account), status.state == .polling else {
                    continue
                }
                self.jobBoard.update(ticket.job, in: ticket.account) { job in
                    job.progress = .init(held: status.held, stored: status.stored, pending: status.pending)
                }
            }
        }
        let result = await withTaskGroup(of: Result<PollRecord, MailStoreError>?.self) { group in
            group.addTask {
                await watching()
                return nil
            }
            group.addTask {
                do throws(MailStoreError) {
                    return .success(try await self.requestPoll(maildrop, in: ticket.account))
                } catch {
                    return .failure(error)
                }
            }
            while let result = await group.next() {
                guard let result else { continue }
                group.cancelAll()
                return result
            }
            return Result.failure(MailStoreError(.closed, "The store is closed."))
        }
        return try result.get()
    }

    /// Both servers at once: whoever waits waits for the slower one.
    private func test(_ trial: MaildropTrial, _ account: AccountID) async throws(MailStoreError) -> MaildropJob.Report {
        async let sending = testSending(trial, account)
        let pop3 = await Self.outcome { () async throws(MailStoreError) in try await self.tryPOP3(trial, in: account) }
        let submission = await sending
        return MaildropJob.Report(pop3: try pop3.get(), submission: try submission?.get())
    }

    private func testSending(
        _ trial: MaildropTrial, _ account: AccountID
    ) async -> Result<MaildropTestReport, MailStoreError>? {
        guard trial.settings.submission != nil else { return nil }
        return await Self.outcome { () async throws(MailStoreError) in try await self.trySending(trial, in: account) }
    }

    private static func outcome<Success>(
        _ body: () async throws(MailStoreError) -> Success
    ) async -> Result<Success, MailStoreError> {
        do throws(MailStoreError) { return .success(try await body()) } catch { return .failure(error) }
    }
}

extension MaildropJob.Failure {
    /// A word for what kept a job from being carried out.
    init(_ error: MailStoreError) {
        let type =
            switch error.code {
            case .tooSoon: "postponed"
            case .notFound: "notFound"
            case .badKey: "missingPassword"
            case .invalidProperty(let name): "invalid" + name.prefix(1).uppercased() + name.dropFirst()
            default: "unavailable"
            }
        self.init(type: type, description: error.message)
    }
}
