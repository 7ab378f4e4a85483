public import JMAP
public import Logging
import MailModel
public import MailStore
public import OutboundHTTP
public import ServiceLifecycle
import Synchronization

/// Tells clients that are away of changes, over the push services they have chosen (RFC 8620 §7.2).
///
/// One task decides, from a stream of events; requests run beside it. Until a client has shown the code that was sent to
/// it, nothing more is sent there; and nothing is ever sent more often than its interval allows
/// (docs/decisions/0059).
public struct Push: Service {
    private let jmap: JMAPServer
    private let pusher: Pusher

    public init(
        store: MailStore, jmap: JMAPServer, fetcher: any HTTPFetcher, options: PushOptions, logger: Logger
    ) {
        self.jmap = jmap
        pusher = Pusher(store: store, fetcher: fetcher, options: options, logger: logger)
    }

    public func run() async throws {
        let (events, sink) = AsyncStream.makeStream(of: PushEvent.self)
        // Subscribed before the first look, so that nothing falls in between.
        let (store, inbox) = (pusher.store, PushInbox())
        let (changes, subscriptions, revocations) =
            (store.changes(), store.pushSubscriptionChanges(), store.revocations())
        await withTaskCancellationOrGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { for await change in changes where inbox.add(change) { sink.yield(.changes) } }
                group.addTask { for await id in subscriptions { sink.yield(.subscription(id)) } }
                group.addTask { for await revocation in revocations { sink.yield(.revoked(revocation)) } }
                var desk = PushDesk(pusher: pusher, jmap: jmap, inbox: inbox, sink: sink)
                await desk.begin(in: &group)
                for await event in events { await desk.handle(event, in: &group) }
                group.cancelAll()
            }
        } onCancelOrGracefulShutdown: {
            sink.finish()
        }
    }
}

/// What the desk hears of.
enum PushEvent: Sendable {
    /// Something lies in the inbox.
    case changes
    /// Created, changed or gone.
    case subscription(PushSubscriptionID)
    case revoked(Revocation)
    case pushed(PushSubscriptionID, PushLine.Message, PushOutcome)
    case verified(PushTarget, PushOutcome)
    /// Time has passed.
    case alarm(Timestamp)
    /// Time to look for what has expired.
    case upkeep
}

/// Commits that the desk has not looked at yet: of each account one, however many there are.
final class PushInbox: Sendable {
    private let changes = Mutex<[AccountID: AccountChange]>([:])

    /// Whether it was empty.
    func add(_ change: AccountChange) -> Bool {
        changes.withLock { changes in
            let wasEmpty = changes.isEmpty
            if changes[change.account]?.merge(change) == nil { changes[change.account] = change }
            return wasEmpty
        }
    }

    func takeAll() -> [AccountChange] {
        changes.withLock { changes in
            defer { changes = [:] }
            return Array(changes.values)
        }
    }
}
