import Logging
import MailModel
import MailStore
import POP3

/// What a poll needs to know of its maildrop before it connects.
struct PollSubject: Sendable {
    var account: Account
    var maildrop: Maildrop
    var signIn: SessionCredential
    /// Where the connection may go.
    var policy: AddressPolicy
    /// What earlier sessions met.
    var memory = ServerMemory()
    /// The last listing that was wholly ingested.
    var probe: ListingProbe?
    /// A parked message is due: a probe is not enough.
    var isRetryDue: Bool

    var credential: Credential { signIn.credential }
}

/// What came out of a poll.
struct PollReport: Sendable {
    var listed: Int?
    /// Of those listed, how many are stored now, and how many are not.
    var stored: Int?
    var pending: Int?
    var fetched = 0
    var fetchedOctets = 0
    var failure: SyncFailure?
}

/// One poll from sign-in to QUIT.
final class Poll {
    private(set) var report = PollReport()

    private let session: POP3Session
    private let subject: PollSubject
    private let options: MailSyncOptions
    private let progress: @Sendable (_ listed: Int, _ stored: Int, _ pending: Int) -> Void
    private let now: Timestamp

    init(
        _ session: POP3Session, _ subject: PollSubject, options: MailSyncOptions,
        progress: @escaping @Sendable (_ listed: Int, _ stored: Int, _ pending: Int) -> Void
    ) {
        self.session = session
        self.subject = subject
        self.options = options
        self.progress = progress
        now = options.clock()
    }

    /// Does everything. What the report says holds also when it throws.
    func run() async throws(SyncFailure) {
        let size = try await look()
        if let size { try await bring(size) }
        // Everything is on disk: only now may the server call the messages retrieved.
        do {
            try await session.quit()
        } catch  where error.kind == .interrupted {
            throw error
        } catch {
            // Nothing depends on the answer: no deletion was asked for.
        }
        if let failure = report.failure { throw failure }
    }

    /// Asks for as little as shows that nothing is new; nil when nothing is.
    private func look() async throws(SyncFailure) -> MaildropSize? {
        session.perform(.maildropSize)
        let probe = subject.isRetryDue ? nil : subject.probe
        let last = probe.flatMap { isFresh($0) ? MessageNumber($0.count) : nil }
        if let last { session.perform(.uniqueID(last)) }
        guard case .maildropSize(let size) = try await session.answer() else {
            throw SyncFailure(.protocolError, "The server's answer to STAT can't be understood.")
        }
        report.listed = size.messages
        var lastUniqueID: UniqueID?
        if last != nil, case .answer(.uniqueID(let element)) = try await session.next() {
            lastUniqueID = element.uniqueID
        }
        guard let probe, isFresh(probe), probe.count == size.messages, probe.octets == size.octets,
            probe.lastUniqueID == lastUniqueID
        else { return size }
        return nil
    }

    private func isFresh(_ probe: ListingProbe) -> Bool {
        now.since(probe.listedAt) < options.fullListingInterval && probe.listedAt <= now
    }

    /// Lists the maildrop and stores what is new.
    private func bring(_ size: MaildropSize) async throws(SyncFailure) {
        let match = try await list(size)
        let waiting = match.waitingCount + match.oversized.count
        let wanted = match.fresh.count + match.retries.count
        report.stored = match.storedCount
        report.pending = wanted + waiting
        progress(size.messages, match.storedCount, wanted + waiting)
        var closing = PollClosing()
        closing.unstored = match.oversized.map(oversized)
        closing.forgotten = match.vanished
        if match.complaint == nil { closing.probe = newProbe(size, match) }
        try await fetch(match, size, closing)
        if let complaint = match.complaint { report.failure = SyncFailure(.listingMismatch, complaint) }
    }

    private func list(_ size: MaildropSize) async throws(SyncFailure) -> ListingMatch {
        var uniqueIDs = UniqueIDListing()
        var sizes: ScanListing? = ScanListing()
        if size.messages > 0 {
            session.perform(.uniqueIDs)
            session.perform(.scanListing)
            uniqueIDs = try await uniqueIDListing()
            if case .answer(.scanListing(let listing)) = try await session.next() {
                sizes = listing
            } else {
                sizes = nil
            }
        }
        lastUniqueID = uniqueIDs.last { $0.number.value == size.messages }?.uniqueID
        let (known, unstored) = try await remembered()
        return ListingMatch(
            size: size, uniqueIDs: uniqueIDs, sizes: sizes, known: known, unstored: unstored,
            messageLimit: options.limits.message, now: now)
    }

    private func uniqueIDListing() async throws(SyncFailure) -> UniqueIDListing {
        switch try await session.next() {
        case .answer(.uniqueIDs(let listing)):
            return listing
        case .refused(_, let error):
            guard error.code == .refused else { throw SyncFailure(error) }
            throw SyncFailure(
                .noUniqueIDs,
                "The server gives no unique-ids (UIDL), so new mail can't be told from old; it can't be polled."
                    + " \(error.description)")
        default:
            throw SyncFailure(.protocolError, "The session came out of step.")
        }
    }

    private var lastUniqueID: UniqueID?

    private func remembered() async throws(SyncFailure) -> (KnownMessages, [UnstoredMessage]) {
        let maildrop = subject.maildrop.id
        do {
            return try await subject.account.read { reader in
                (try reader.knownMessages(of: maildrop), try reader.unstoredMessages(of: maildrop))
            }
        } catch {
            throw SyncFailure(error)
        }
    }

    /// The probe to write: nil when the one on disk says the same and is not old.
    private func newProbe(_ size: MaildropSize, _ match: ListingMatch) -> ListingProbe? {
        let probe = ListingProbe(
            count: size.messages, octets: size.octets, lastUniqueID: lastUniqueID, listedAt: now)
        if let old = subject.probe, isFresh(old), old.count == probe.count, old.octets == probe.octets,
            old.lastUniqueID == probe.lastUniqueID
        {
            return nil
        }
        return probe
    }

    private func oversized(_ message: ListedMessage) -> UnstoredMessage {
        UnstoredMessage(
            uniqueID: message.uniqueID, ordinal: message.ordinal, octets: message.octets, state: .heldBack,
            reason: MessageFetch.tooLarge(options.limits.message))
    }
}

// Fetching and storing at the same time.
extension Poll {
    private func fetch(
        _ match: ListingMatch, _ size: MaildropSize, _ closing: PollClosing
    ) async throws(SyncFailure) {
        let counter = Progress(stored: match.storedCount, pending: report.pending ?? 0)
        defer {
            let (messages, octets) = counter.total
            report.fetched = messages
            report.fetchedOctets = octets
            report.stored = match.storedCount + messages
            report.pending = (report.pending ?? 0) - messages
        }
        guard !(match.fresh.isEmpty && match.retries.isEmpty) else { return try await write(closing) }
        let progress = progress
        let pipeline = IngestPipeline(
            account: subject.account, maildrop: subject.maildrop, mailbox: try await deliveryMailbox(),
            seenBefore: seenBefore, clock: options.sleeper
        ) { messages, octets in
            let (stored, pending) = counter.add(messages, octets)
            progress(size.messages, stored, pending)
        }
        let fetch = MessageFetch(
            session, account: subject.account, pipeline: pipeline, match: match, options: options)
        try await run(fetch, pipeline, closing)
    }

    private func run(
        _ fetch: MessageFetch, _ pipeline: IngestPipeline, _ closing: PollClosing
    ) async throws(SyncFailure) {
        do {
            try await withThrowingTaskGroup { group in
                for stage in pipeline.stages { group.addTask { try await stage() } }
                var closing = closing
                var failure: SyncFailure?
                do throws(SyncFailure) {
                    try await fetch.run()
                } catch {
                    failure = error
                    closing.probe = nil
                }
                if failure?.kind == .interrupted || failure?.kind == .storage { pipeline.cancel() }
                closing.unstored += fetch.unstored
                pipeline.finish(closing)
                do {
                    try await group.waitForAll()
                } catch {
                    throw pipeline.failure ?? failure ?? error
                }
                if let failure { throw failure }
            }
        } catch {
            throw SyncFailure(error)
        }
    }

    private func write(_ closing: PollClosing) async throws(SyncFailure) {
        guard !closing.isEmpty else { return }
        let maildrop = subject.maildrop.id
        do {
            try await subject.account.write { writer in try closing.write(writer, maildrop) }
        } catch {
            throw SyncFailure(error)
        }
    }

    private func deliveryMailbox() async throws(SyncFailure) -> MailboxID {
        let maildrop = subject.maildrop
        do {
            return try await subject.account.read { try $0.deliveryMailbox(of: maildrop) }
        } catch {
            throw SyncFailure(error)
        }
    }

    /// Until a first listing is wholly ingested, old mail arrives as read.
    private var seenBefore: Timestamp? {
        guard subject.probe == nil, let age = subject.maildrop.settings.markSeenOlderThan else { return nil }
        return now.adding(.zero - age)
    }
}
