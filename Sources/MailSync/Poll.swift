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
    /// Something is to be done that a probe is not enough for.
    var needsListing: Bool
    /// Sessions in a row that broke off lately while headers were asked for.
    var topFailures = 0
    /// When its mail comes, as far as that was learned.
    var rhythm = Rhythm()

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
    /// Messages under unknown unique-ids that turned out to be stored.
    var recognised = 0
    /// Messages to fetch that are left to the next session.
    var remaining = 0
    /// What was learned of when mail comes; nil when nothing was.
    var rhythm: Rhythm?
    /// The latest mail that came a short while ago, and how much did.
    var news: (at: Timestamp, messages: Int)?
    /// Messages deleted upstream, as far as the server says.
    var deleted = 0
    /// What stays at the provider because the account may not hold it.
    var roomless = (messages: 0, octets: 0)
    /// What people should know although nothing failed.
    var notices: [MaildropNotice] = []
}

/// One poll from sign-in to QUIT.
final class Poll {
    var report = PollReport()

    let session: POP3Session
    let subject: PollSubject
    let options: MailSyncOptions
    let probe: HeaderProbe
    let now: Timestamp
    /// When the session had signed in.
    private var signedInAt: Timestamp
    /// DELE was answered with +OK for these.
    var sent: [Deletion] = []
    private let progress: @Sendable (_ listed: Int, _ stored: Int, _ pending: Int) -> Void
    /// Whether another session could begin at once.
    private let mayReturn: @Sendable (_ signedInAt: Timestamp, Capabilities) -> Bool

    init(
        _ session: POP3Session, _ subject: PollSubject, options: MailSyncOptions,
        mayReturn: @escaping @Sendable (Timestamp, Capabilities) -> Bool = { _, _ in true },
        progress: @escaping @Sendable (_ listed: Int, _ stored: Int, _ pending: Int) -> Void
    ) {
        self.session = session
        self.subject = subject
        self.options = options
        self.progress = progress
        self.mayReturn = mayReturn
        probe = HeaderProbe(
            session, isTopUsable: subject.topFailures < HeaderProbe.failures, messageLimit: options.limits.message)
        now = options.clock()
        signedInAt = now
    }

    /// Does everything. What the report says holds also when it throws.
    func run() async throws(SyncFailure) {
        signedInAt = options.clock()
        if let size = try await look() { try await bring(size) }
        try await leave()
        if let failure = report.failure { throw failure }
    }

    /// Asks for as little as shows that nothing is new; nil when nothing is.
    private func look() async throws(SyncFailure) -> MaildropSize? {
        session.perform(.maildropSize)
        let probe = subject.needsListing ? nil : subject.probe
        let last = probe.flatMap { isFresh($0) ? MessageNumber($0.count) : nil }
        let isByFingerprint = probe?.lastUniqueID.map(FingerprintListing.isMade) ?? false
        if let last, !isByFingerprint { session.perform(.uniqueID(last)) }
        guard case .maildropSize(let size) = try await session.answer() else {
            throw SyncFailure(.protocolError, "The server's answer to STAT can't be understood.")
        }
        let limit = options.limits.listingMessages
        guard size.messages <= limit else {
            throw SyncFailure(
                .limitExceeded, "The server counts \(size.messages) messages; more than \(limit) are not listed.")
        }
        report.listed = size.messages
        var lastUniqueID: UniqueID?
        if let last, isByFingerprint {
            guard probe?.count == size.messages, probe?.octets == size.octets else { return size }
            lastUniqueID = try await FingerprintListing.uniqueID(of: last, self.probe)
        } else if last != nil, case .answer(.uniqueID(let element)) = try await session.next() {
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
        var match = try await list(size)
        let isRenumbered = try await recognise(&match)
        let trust = try await judge(match, isRenumbered: isRenumbered)
        if let room = try await room() { match.holdBack(room: room) }
        let waiting = match.waitingCount + match.oversized.count + match.roomless.messages
        let wanted = match.fresh.count + match.retries.count
        report.stored = match.storedCount
        report.pending = wanted + waiting
        progress(size.messages, match.storedCount, wanted + waiting)
        var closing = PollClosing()
        closing.unstored = match.oversized.map(oversized) + match.roomless.unrecorded
        (report.roomless.messages, report.roomless.octets) = (match.roomless.messages, match.roomless.octets)
        if trust == .whole {
            closing.forgotten = match.vanished
            closing.probe = newProbe(size, match)
            closing.isProbeOnDisk = closing.probe == nil
        }
        try await fetch(match, size, closing)
        try await tellOfRoom()
        if let complaint = match.complaint {
            report.failure = SyncFailure(.listingMismatch, complaint)
        } else if trust == .whole, !isRenumbered {
            try await keepUp(match)
        }
    }

    private func list(_ size: MaildropSize) async throws(SyncFailure) -> ListingMatch {
        var uniqueIDs = UniqueIDListing()
        var sizes: ScanListing? = ScanListing()
        if size.messages > 0 {
            session.perform(.uniqueIDs)
            session.perform(.scanListing)
            let listed = try await uniqueIDListing()
            if case .answer(.scanListing(let listing)) = try await session.next() {
                sizes = listing
            } else {
                sizes = nil
            }
            if let listed { uniqueIDs = listed } else { uniqueIDs = try await makeUniqueIDs(size, sizes) }
        }
        lastUniqueID = uniqueIDs.last { $0.number.value == size.messages }?.uniqueID
        let (known, unstored) = try await remembered()
        return ListingMatch(
            size: size, uniqueIDs: uniqueIDs, sizes: sizes, known: known, unstored: unstored,
            messageLimit: options.limits.message, now: now)
    }

    /// Nil when the server has no UIDL.
    private func uniqueIDListing() async throws(SyncFailure) -> UniqueIDListing? {
        switch try await session.next() {
        case .answer(.uniqueIDs(let listing)): return listing
        case .refused(_, let error):
            guard error.code == .refused else { throw SyncFailure(error) }
            return nil
        default: throw SyncFailure(.protocolError, "The session came out of step.")
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
        let roomless = RoomlessCounter()
        let counter = Progress(
            stored: match.storedCount, pending: report.pending ?? 0, rhythm: subject.rhythm, now: now)
        defer {
            (report.rhythm, report.news) = counter.learned
            let (messages, octets) = counter.total
            report.fetched = messages
            report.fetchedOctets = octets
            report.stored = match.storedCount + messages
            report.pending = (report.pending ?? 0) - messages
            report.roomless.messages += roomless.total.messages
            report.roomless.octets += roomless.total.octets
        }
        guard !(match.fresh.isEmpty && match.retries.isEmpty) else { return try await write(closing) }
        let progress = progress
        let pipeline = IngestPipeline(
            account: subject.account, maildrop: subject.maildrop, mailbox: try await deliveryMailbox(),
            seenBefore: seenBefore, listedAt: now, messages: match.fresh.count, clock: options.sleeper,
            roomless: roomless
        ) { messages, octets, received in
            let (stored, pending) = counter.add(messages, octets, received)
            progress(size.messages, stored, pending)
        }
        let portion = portion(match)
        let fetch = MessageFetch(
            session, account: subject.account, pipeline: pipeline, match: match, options: options,
            isEnough: { roomless.total.messages > 0 || portion($0, $1) })
        defer { report.remaining = fetch.remaining }
        try await run(fetch, pipeline, closing)
    }

    /// Whether so much is enough for this session.
    private func portion(_ match: ListingMatch) -> (_ messages: Int, _ octets: Int) -> Bool {
        let (options, began, since, signedInAt) = (options, now, options.clock(), signedInAt)
        let (backFill, session, mayReturn) = (options.backFill, session, mayReturn)
        let isFirst = subject.probe == nil && match.storedCount == 0
        return { messages, octets in
            backFill.isEnough(
                messages: messages, octets: octets, isFirst: isFirst, began: began, fetchingSince: since,
                now: options.clock()
            ) { mayReturn(signedInAt, session.capabilities) }
        }
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
                }
                if failure != nil || fetch.remaining > 0 { closing.leaveOpen() }
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
        try await record { writer in try closing.write(writer, maildrop) }
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
