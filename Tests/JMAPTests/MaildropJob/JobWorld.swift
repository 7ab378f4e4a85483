import JSON
import MailModel
import MailStore
import Testing

/// A world in which somebody carries out jobs, as the daemon's services do; what they find is given.
struct JobWorld {
    let world: World

    /// What a poll comes to; and what trials of POP3 and submission servers find.
    struct Findings: Sendable {
        var poll: @Sendable (MaildropID) -> MaildropAnswer = { _ in
            .polled(PollRecord(beganAt: World.now, endedAt: World.now, listed: 3, fetched: 2, octets: 900))
        }
        var trial: @Sendable (MaildropTrial) async -> MaildropTestReport = { _ in Self.fine }
        var sending: @Sendable (MaildropTrial) async -> MaildropTestReport = { _ in Self.fine }

        var discovery: @Sendable (String) -> MaildropDiscovery = { _ in MaildropDiscovery() }

        static let fine = MaildropTestReport(findings: [MaildropFinding(.fine, step: "signIn", "Signed in.")])
    }

    static func with(
        _ findings: Findings = Findings(), _ body: @escaping @Sendable (JobWorld) async throws -> Void
    ) async throws {
        try await World.with { world async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                let (requests, trials, sending) = (
                    world.store.requests(), world.store.trials(), world.store.sendingTrials()
                )
                let tickets = world.store.jobTickets()
                group.addTask { await world.store.carryOut(tickets) }
                group.addTask {
                    for await request in requests { request.answer(findings.poll(request.question.maildrop)) }
                }
                group.addTask {
                    await withDiscardingTaskGroup { tasks in
                        for await errand in trials {
                            tasks.addTask {
                                errand.answer(await findings.trial(errand.question.trial))
                            }
                        }
                    }
                }
                group.addTask {
                    for await errand in sending {
                        errand.answer(await findings.sending(errand.question.trial))
                    }
                }
                let searches = world.store.discoveries()
                group.addTask {
                    for await errand in searches {
                        errand.answer(findings.discovery(errand.question.address))
                    }
                }
                try await body(JobWorld(world: world))
                group.cancelAll()
            }
        }
    }

    var alice: Client { world.alice }

    func maildrop(_ client: Client, _ record: String = JobWorld.record) async throws -> String {
        try await client.call("Maildrop/set", #"{"create":{"a":\#(record)}}"#)["created"]["a"]["id"].string ?? ""
    }

    static let record = #"{"name":"M","host":"pop.example.org","username":"ann","password":"s3cret"}"#

    func create(_ record: String, _ client: Client? = nil) async throws -> JSONValue {
        try await (client ?? alice).call("MaildropJob/set", #"{"create":{"k":\#(record)}}"#)
    }

    /// Begins a job and returns it once it has ended, as a client does that follows pushes.
    func outcome(_ record: String, _ client: Client? = nil) async throws -> JSONValue {
        let client = client ?? alice
        let changes = world.store.changes(of: client.principal.account)
        let created = try await create(record, client)
        let id = try #require(created["created"]["k"]["id"].string, "\(created)")
        let now = try await job(id, client)
        if now["endedAt"] != .null { return now }
        for await change in changes where change.states[.maildropJob] != nil {
            let now = try await job(id, client)
            if now["endedAt"] != .null { return now }
        }
        throw CancellationError()
    }

    func job(_ id: String, _ client: Client? = nil) async throws -> JSONValue {
        try await (client ?? alice).call("MaildropJob/get", #"{"ids":["\#(id)"]}"#)["list"][0]
    }
}

/// Holds work up until it is opened.
actor Gate {
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var isOpen = false

    func wait() async {
        guard !isOpen else { return }
        await withCheckedContinuation { waiting.append($0) }
    }

    func open() {
        isOpen = true
        for continuation in waiting { continuation.resume() }
        waiting = []
    }
}
