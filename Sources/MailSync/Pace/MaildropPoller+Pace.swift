import MailModel
import MailStore
import POP3

// How polls keep to what hosts may be asked for.
extension MaildropPoller {
    func floors(_ memory: ServerMemory, _ maildrop: Maildrop) -> PaceFloors {
        PaceFloors(memory, signedInAt: nil, hostRule: budgets.pause(of: maildrop.settings.host))
    }

    /// Waits until the host of a maildrop has a sign-in for another session of the same poll, and takes it.
    func admit(_ maildrop: Maildrop, _ account: AccountID) async throws {
        while true {
            let now = options.clock()
            guard let until = budgets.take(maildrop.settings.host, at: now) else { return }
            store.updateStatus(of: maildrop.id, in: account) { status in
                status.setNext(PollPace.Next(at: until, cause: .hostBudget))
            }
            try await options.sleeper.sleep(for: until.since(now))
        }
    }

    /// Learns from a sign-in that was refused because there had been too many, or one too short a time ago.
    func noteEnough(
        _ failure: SyncFailure, _ subject: PollSubject, _ account: AccountID, _ memory: inout ServerMemory
    ) {
        guard failure.kind == .throttled || failure.kind == .loginDelay else { return }
        let now = options.clock()
        let last = store.status(of: subject.maildrop, in: account).lastSuccessAt
        memory.hadEnough(sinceLast: last.map { now.since($0) }, now: now)
        if failure.kind == .throttled { budgets.refused(subject.maildrop.settings.host, at: now) }
    }

    /// Whether a session of a maildrop may end because another could begin at once, given when it signed in and what the
    /// server announced then.
    func returning(_ subject: PollSubject) -> @Sendable (Timestamp, Capabilities) -> Bool {
        let (budgets, options) = (budgets, options)
        let host = subject.maildrop.settings.host
        var known = floors(subject.memory, subject.maildrop)
        // A limit that was only found out is kept all the more here: nobody waits for it.
        let rest = known.rest
        known.rest = .zero
        let rule = known.hostRule
        return { signedInAt, capabilities in
            var memory = ServerMemory()
            memory.loginDelay = capabilities.loginDelay?.seconds
            var floors = PaceFloors(memory, signedInAt: signedInAt, hostRule: rule)
            floors.rest = rest
            let now = options.clock()
            if let earliest = floors.earliest(), earliest.at > now { return false }
            return budgets.hasToken(host, at: now)
        }
    }

    /// Tests a maildrop for somebody who asked, if its host has the sign-ins that it takes.
    func answer(toTest wish: MaildropWish) async -> MaildropAnswer {
        if let account = try? await store.account(wish.account),
            let maildrop = try? await account.read({ try $0.maildrop(wish.maildrop) }),
            let until = takeSignIns(forTestOf: maildrop.settings.host)
        {
            return .postponed(until: until, .hostBudget)
        }
        return .tested(await examine(wish.maildrop, in: wish.account))
    }

    /// The same for settings that may not be saved.
    func answer(_ errand: TrialErrand) async {
        let (trial, account) = (errand.question.trial, errand.question.account)
        if let until = takeSignIns(forTestOf: trial.settings.host) {
            let postponed = MaildropAnswer.postponed(until: until, .hostBudget)
            return errand.answer(.failure(postponed.refusal))
        }
        errand.answer(await examine(trial, in: account))
    }

    /// Until when a host has no sign-ins for a test.
    private func takeSignIns(forTestOf host: String) -> Timestamp? {
        for _ in MaildropTest.Pass.allCases {
            if let until = budgets.take(host, at: options.clock()) { return until }
        }
        return nil
    }
}
