public import Logging
import MailModel
public import MailStore
public import ServiceLifecycle
public import Transport

/// Polls every maildrop of a store when it is due, or when somebody asks.
///
/// One task decides, from a stream of events; polls run beside it, no maildrop twice at once and no more sessions than
/// the options allow. Ends on graceful shutdown: what a poll has stored is stored, the rest is fetched next time.
public struct MailSync: Service {
    private let poller: MaildropPoller
    private let requests: AsyncStream<MaildropRequest>
    private let tokens: AsyncStream<AccessTokenRequest>
    private let trials: AsyncStream<TrialErrand>

    /// From here on requests are heard: those that come before the service runs wait for it.
    public init(store: MailStore, connector: Connector, options: MailSyncOptions, logger: Logger) {
        requests = store.requests()
        tokens = store.accessTokenRequests()
        trials = store.trials()
        poller = MaildropPoller(store: store, connector: connector, options: options, logger: logger)
    }

    public func run() async throws {
        let (events, sink) = AsyncStream.makeStream(of: SyncEvent.self)
        // Subscribed before the first look, so that nothing falls in between.
        let changes = poller.store.changes()
        let arrivals = poller.store.deviceArrivals()
        await withTaskCancellationOrGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    for await change in changes where change.states[.maildrop] != nil {
                        sink.yield(.changed(change.account))
                    }
                }
                group.addTask {
                    for await request in requests { sink.yield(.requested(request)) }
                }
                group.addTask {
                    for await account in arrivals { sink.yield(.deviceCame(account)) }
                }
                group.addTask {
                    for await request in tokens { request.answer(await poller.accessToken(request.question)) }
                }
                group.addTask {
                    await withDiscardingTaskGroup { tests in
                        for await trial in trials { tests.addTask { await poller.answer(trial) } }
                    }
                }
                var dispatcher = Dispatcher(poller: poller, sink: sink)
                await dispatcher.begin()
                for await event in events { await dispatcher.handle(event, in: &group) }
                group.cancelAll()
            }
        } onCancelOrGracefulShutdown: {
            sink.finish()
        }
    }
}

/// What the dispatcher hears of.
enum SyncEvent: Sendable {
    case changed(AccountID)
    case requested(MaildropRequest)
    /// Without a result: there is no such maildrop. A failure: that could not be read.
    case ended(Agenda.Key, Result<MaildropPoller.Result?, SyncFailure>)
    /// It is time to try again what could not be read.
    case retried
    case tested(MaildropRequest, MaildropAnswer)
    /// A device came to an account where none was.
    case deviceCame(AccountID)
    /// Time has passed.
    case alarm(Timestamp)
    case began
}
