public import Logging
import MailModel
public import MailStore
public import ServiceLifecycle
public import Transport

/// Sends what waits in the accounts' queues (RFC 8621 §7): when it is due, and again after what may pass by itself.
///
/// One task decides, from a stream of events; sessions run beside it, one a maildrop. Nothing whose fate is unknown is
/// ever sent again unasked (docs/decisions/0057). On graceful shutdown no message's end is sent any more, and answers to
/// those that were are waited for a while.
public struct Submission: Service {
    private let sender: MessageSender
    private let trials: AsyncStream<TrialErrand>

    /// From here on tests are heard: those that come before the service runs wait for it.
    public init(store: MailStore, connector: Connector, options: SubmissionOptions, logger: Logger) {
        trials = store.sendingTrials()
        sender = MessageSender(store: store, connector: connector, options: options, logger: logger)
    }

    public func run() async throws {
        let (events, sink) = AsyncStream.makeStream(of: SubmissionEvent.self)
        // Subscribed before the first look, so that nothing falls in between.
        let changes = sender.store.changes()
        await withTaskCancellationOrGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    for await change in changes
                    where change.states[.emailSubmission] != nil || change.states[.maildrop] != nil {
                        sink.yield(.changed(change.account))
                    }
                }
                group.addTask {
                    await withDiscardingTaskGroup { tests in
                        for await trial in trials { tests.addTask { await sender.answer(trial) } }
                    }
                }
                var desk = SubmissionDesk(sender: sender, sink: sink)
                await desk.begin()
                desk.goOn(in: &group)
                for await event in events { await desk.handle(event, in: &group) }
                await waitForVerdicts()
                group.cancelAll()
            }
        } onCancelOrGracefulShutdown: {
            sender.verdicts.close()
            sink.finish()
        }
    }

    private func waitForVerdicts() async {
        let (verdicts, options) = (sender.verdicts, sender.options)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await verdicts.drain() }
            group.addTask { try? await options.sleeper.sleep(for: options.patience) }
            await group.next()
            verdicts.giveUp()
            group.cancelAll()
        }
    }
}

/// What the desk hears of.
enum SubmissionEvent: Sendable {
    case changed(AccountID)
    /// Nil: the account could not be read.
    case ended(SubmissionDesk.Key, MaildropID, SubmissionOutcome?)
    /// Time has passed.
    case alarm(Timestamp)
}
