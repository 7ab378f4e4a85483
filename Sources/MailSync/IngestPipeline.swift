import Foundation
import MailModel
import MailStore
import POP3
import Synchronization

/// A message that came whole, not yet understood.
struct FetchedMessage: Sendable {
    var message: ListedMessage
    var source: MessageSource
    var fetchedAt: Timestamp
}

/// What is written with the last batch of a poll.
struct PollClosing: Sendable {
    var unstored: [UnstoredMessage] = []
    var forgotten: [UnstoredMessage] = []
    /// The values of the listing that is wholly ingested now; nil when it is not, or they are on disk already.
    var probe: ListingProbe?
    /// The values on disk are those of this listing.
    var isProbeOnDisk = false
    /// What is on disk says that all is fetched, and it is not.
    private var forgetsProbe = false

    var isEmpty: Bool { unstored.isEmpty && forgotten.isEmpty && probe == nil && !forgetsProbe }

    /// Not everything that was to be fetched has been: the next poll must list again.
    mutating func leaveOpen() {
        probe = nil
        forgetsProbe = isProbeOnDisk
    }

    func write(_ writer: AccountWriter, _ maildrop: MaildropID) throws {
        if !unstored.isEmpty { try writer.recordUnstored(unstored, of: maildrop) }
        if !forgotten.isEmpty {
            try writer.forgetUnstored(forgotten.map { ($0.uniqueID, $0.ordinal) }, of: maildrop)
        }
        if probe != nil || forgetsProbe { try writer.setListingProbe(probe, of: maildrop) }
    }
}

/// From fetched octets to stored emails, beside the session that goes on fetching: a task for each processor prepares
/// messages, one syncs the bodies of a batch while another stores the batch before.
///
/// Between the stages lie bounded queues, so that a slow disk slows the session down and memory stays where it is.
final class IngestPipeline: Sendable {
    /// Tasks that parse, hash and compress. More than there are processors would only stand in each other's way.
    static let preparers = max(1, min(8, ProcessInfo.processInfo.activeProcessorCount))
    /// How long a batch waits for more messages.
    static let patience: Duration = .milliseconds(250)
    /// Octets of messages in memory between two stages.
    static let queuedOctets = 4 * 1024 * 1024
    static let queuedMessages = 2 * Account.ingestMessages

    /// Messages that one task takes from the queue at once.
    private static let preparedAtOnce = 16

    /// Messages of a poll from which on compressing them is left for later.
    static let backlog = 128

    private struct Ready: Sendable {
        var message: ListedMessage
        var arrival: Arrival
    }

    /// Messages that are stored together, their bodies on disk.
    private struct Batch: Sendable {
        var messages: [Ready]
        var isLast: Bool
    }

    private let account: Account
    private let maildrop: Maildrop
    private let mailbox: Mutex<MailboxID>
    /// Messages received before are read already.
    private let seenBefore: Timestamp?
    /// When the poll began.
    private let listedAt: Timestamp
    private let placing: BodyPlacing
    private let clock: any Clock<Duration>
    private let roomless: RoomlessCounter
    private let stored: @Sendable (_ messages: Int, _ octets: Int, _ received: [Timestamp]) -> Void
    private let fetched = BoundedQueue<FetchedMessage>(costLimit: queuedOctets, countLimit: queuedMessages)
    private let ready = BoundedQueue<Ready>(costLimit: queuedOctets, countLimit: queuedMessages)
    private let synced = BoundedQueue<Batch>(costLimit: 1, countLimit: 1)
    private let closing = Mutex(PollClosing())
    private let preparing = Atomic(IngestPipeline.preparers)
    private let dates = Mutex<[MessageNumber: Timestamp]>([:])
    private let firstFailure = Mutex<(any Error)?>(nil)

    init(
        account: Account, maildrop: Maildrop, mailbox: MailboxID, seenBefore: Timestamp?, listedAt: Timestamp,
        messages: Int, clock: any Clock<Duration>, roomless: RoomlessCounter = RoomlessCounter(),
        stored: @escaping @Sendable (_ messages: Int, _ octets: Int, _ received: [Timestamp]) -> Void
    ) {
        self.account = account
        self.maildrop = maildrop
        self.mailbox = Mutex(mailbox)
        self.seenBefore = seenBefore
        self.listedAt = listedAt
        placing = messages >= Self.backlog ? .later : .now
        self.clock = clock
        self.roomless = roomless
        self.stored = stored
    }

    /// Takes a message; waits while too many are on their way.
    func take(_ message: FetchedMessage) async throws {
        try await fetched.push(message, cost: Self.cost(message.source))
    }

    /// No more messages come. `closing` is written with the last batch.
    func finish(_ closing: PollClosing) {
        self.closing.withLock { $0 = closing }
        fetched.finish()
    }

    /// Drops what is on its way.
    func cancel() {
        fetched.cancel()
        ready.cancel()
        synced.cancel()
    }

    /// Why storing stopped, if it did.
    var failure: (any Error)? { firstFailure.withLock { $0 } }

    /// When one of the poll's first messages counts as received, once it is understood.
    func date(of number: MessageNumber) -> Timestamp? { dates.withLock { $0[number] } }

    /// The tasks that do it all; each ends when there is no more to do.
    var stages: [@Sendable () async throws -> Void] {
        Array(repeating: { try await self.prepare() }, count: Self.preparers)
            + [{ try await self.sync() }, { try await self.ingest() }]
    }

    private func prepare() async throws {
        try await stage {
            while true {
                let some = try await fetched.popSome(
                    count: Self.preparedAtOnce, cost: Self.queuedOctets / 16, takers: Self.preparers)
                guard !some.isEmpty else { break }
                for next in some {
                    let prepared = try await account.prepare(next.source, placing)
                    try await ready.push(ready(next, prepared), cost: prepared.octetsInMemory + Self.overhead)
                }
            }
        }
        if preparing.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { ready.finish() }
    }

    /// Runs one stage; its failure stops all.
    private func stage(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch {
            stop(error)
            throw error
        }
    }

    /// Makes batches and brings their bodies to disk.
    private func sync() async throws {
        try await stage {
            while true {
                let messages = try await ready.popBatch(
                    count: Account.ingestMessages, cost: Account.ingestOctets, patience: Self.patience, clock: clock)
                guard !messages.isEmpty else { break }
                let isLast = ready.isExhausted
                try await account.sync(messages.map(\.arrival.message))
                try await synced.push(Batch(messages: messages, isLast: isLast), cost: 1)
            }
        }
        synced.finish()
    }

    /// Stores batches until there are no more, and the closing with the last.
    private func ingest() async throws {
        try await stage {
            while let batch = try await synced.pop() {
                try await store(batch.messages, closing: batch.isLast ? takeClosing() : PollClosing())
            }
            try await write(takeClosing())
        }
    }

    /// Octets that a message takes in memory besides its body.
    private static let overhead = 1024

    /// What lies in files costs the queues next to nothing.
    private static func cost(_ source: MessageSource) -> Int {
        switch source {
        case .octets(let octets): octets.count + overhead
        case .file: overhead
        }
    }

    private func stop(_ error: any Error) {
        if !(error is CancellationError) {
            firstFailure.withLock { failure in failure = failure ?? error }
        }
        cancel()
    }

    private func takeClosing() -> PollClosing {
        closing.withLock { closing in
            defer { closing = PollClosing() }
            return closing
        }
    }

    private func ready(_ fetched: FetchedMessage, _ prepared: PreparedMessage) -> Ready {
        let receivedAt = prepared.receivedAt(polledAt: fetched.fetchedAt)
        dates.withLock { dates in
            if dates.count <= FetchPlan.sample { dates[fetched.message.number] = receivedAt }
        }
        let isOld = seenBefore.map { receivedAt < $0 } ?? false
        let arrival = Arrival(prepared, mailboxIDs: [], keywords: isOld ? [.seen] : [], receivedAt: receivedAt)
        return Ready(message: fetched.message, arrival: arrival)
    }

    private func store(_ batch: [Ready], closing: PollClosing) async throws {
        do {
            try await storeTogether(batch, closing)
        } catch let error as MailStoreError where error.code == .overQuota {
            for item in batch { try await storeIfThereIsRoom(item) }
            try await write(closing)
        }
    }

    /// Stores a message, or notes that it stays at the provider.
    private func storeIfThereIsRoom(_ item: Ready) async throws {
        do {
            try await storeTogether([item], PollClosing())
        } catch let error as MailStoreError where error.code == .overQuota {
            let octets = item.arrival.message.blob.size
            roomless.add(octets: octets)
            var closing = PollClosing()
            closing.unstored = [item.message.roomless(octets: octets)]
            try await write(closing)
        }
    }

    private func write(_ closing: PollClosing) async throws {
        guard !closing.isEmpty else { return }
        try await account.write { [maildrop] writer in
            try maildrop.checkSignIn(writer.reader)
            try closing.write(writer, maildrop.id)
        }
    }

    private func storeTogether(_ batch: [Ready], _ closing: PollClosing) async throws {
        do {
            try await ingest(batch, closing)
        } catch let error as MailStoreError where error.code == .notFound {
            // The mailbox was destroyed meanwhile, or the maildrop itself.
            let mailbox = try await account.read { [maildrop] reader in
                try reader.maildrop(maildrop.id).map { try reader.deliveryMailbox(of: $0) }
            }
            guard let mailbox else { throw SyncFailure(.interrupted, "The maildrop was removed.") }
            self.mailbox.withLock { $0 = mailbox }
            try await ingest(batch, closing)
        }
        stored(
            batch.count, batch.reduce(0) { $0 + $1.arrival.message.blob.size }, batch.map(\.arrival.receivedAt))
    }

    private func ingest(_ batch: [Ready], _ closing: PollClosing) async throws {
        let mailbox = mailbox.withLock { $0 }
        let arrivals = batch.map { item in
            var arrival = item.arrival
            arrival.mailboxIDs = [mailbox]
            return arrival
        }
        try await account.ingest(arrivals, from: maildrop.id) { [maildrop, listedAt] writer, emails in
            let records = zip(batch, emails).map { item, email in
                StoredMessage(item.message, item.arrival.message, listedAt: listedAt, email: email)
            }
            try maildrop.checkSignIn(writer.reader)
            try writer.recordStored(records, of: maildrop.id)
            try closing.write(writer, maildrop.id)
        }
    }
}

extension StoredMessage {
    fileprivate init(_ listed: ListedMessage, _ message: PreparedMessage, listedAt: Timestamp, email: EmailID) {
        self.init(
            uniqueID: listed.uniqueID, ordinal: listed.ordinal, octets: listed.octets,
            fingerprint: message.fingerprint, email: email)
        size = message.blob.size
        mark = message.headerMark
        place = ListingPlace(listedAt: listedAt, number: listed.number.value)
    }
}
