import Discovery
import MailModel
import MailStore
import ServiceLifecycle

/// Carries out the polls, tests and searches that devices ask for. It ends after the services that it asks.
struct JobService: Service {
    private let context: VerbContext
    private let tickets: AsyncStream<JobTicket>
    private let searches: AsyncStream<DiscoveryErrand>

    /// From here on jobs are heard: those that come before the service runs wait for it.
    init(_ context: VerbContext) {
        self.context = context
        tickets = context.store.jobTickets()
        searches = context.store.discoveries()
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    await withDiscardingTaskGroup { tasks in
                        for await errand in searches { tasks.addTask { await context.answer(errand) } }
                    }
                }
                group.addTask { await context.store.carryOut(tickets) }
            }
        }
    }
}

extension VerbContext {
    /// Looks for a server as `maildrop add` does.
    fileprivate func answer(_ errand: DiscoveryErrand) async {
        do {
            guard let address = MailAddress(errand.question.address) else {
                throw MailStoreError(
                    .invalidProperty("address"), "This is no mail address to find a server from.")
            }
            guard let user = try await store.users().first(where: { $0.account == errand.question.account }) else {
                throw MailStoreError.notFound("user")
            }
            errand.answer(MaildropDiscovery(await discovery(for: user).find(address)))
        } catch {
            errand.answer(
                .failure(error as? MailStoreError ?? MailStoreError(.inputOutput, "The search failed.", cause: error)))
        }
    }
}

extension MaildropDiscovery {
    fileprivate init(_ report: DiscoveryReport) {
        self.init(
            steps: report.steps.map {
                Step(source: $0.source.rawValue, place: $0.place, outcome: $0.outcome)
            },
            suggestions: report.suggestions.map(Suggestion.init), chosen: report.chosen.map(Suggestion.init),
            submission: report.submission.map(Suggestion.init))
    }
}

/// `Discovery` is the name of a module and of a type in it: the module's own `Suggestion` needs this.
private typealias FoundServer = Suggestion

extension MaildropDiscovery.Suggestion {
    fileprivate init(_ found: FoundServer) {
        self.init(
            host: found.host, port: found.port, security: found.security == .tls ? .tls : .starttls,
            username: found.username, source: found.source.rawValue, wantsOAuth: found.wantsOAuth)
    }
}
