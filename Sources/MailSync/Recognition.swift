import MailModel
import MailStore
import POP3

/// Finds out which messages under unknown unique-ids are stored already, so that none of those is fetched again: after a
/// migration of the server every one of them may be (docs/decisions/0025).
final class Recognition {
    /// Messages that are looked at to learn what is the matter with many.
    static let sample = 20
    /// How long messages of an earlier numbering are looked for.
    static let season: Duration = .seconds(30 * 86_400)
    /// Rows written in one transaction.
    static let batch = 500

    struct Adoption {
        var message: ListedMessage
        var email: EmailID
        var isUnchecked: Bool
    }

    private(set) var adopted = 0
    /// A new numbering was begun.
    private(set) var isRenumbered = false

    let probe: HeaderProbe
    private let account: Account
    private let subject: Maildrop
    private var maildrop: MaildropID { subject.id }
    private let now: Timestamp

    init(_ probe: HeaderProbe, _ subject: PollSubject, now: Timestamp) {
        self.probe = probe
        account = subject.account
        self.subject = subject.maildrop
        self.now = now
    }

    func run(_ match: inout ListingMatch) async throws(SyncFailure) {
        let deleted = try await deleted()
        let isRenumbering = Self.isRenumbering(match, deleted)
        try await settleConflicts(&match)
        let unknown = match.unknown
        guard !unknown.isEmpty, match.known.numbering > 1 || match.hasUnlisted else { return }
        let listed = match.listedEmails
        let pool = try await stored { reader, maildrop in
            try reader.rememberedMessages(of: maildrop).filter { !listed.contains($0.email) }
        }
        guard !pool.isEmpty else { return }
        var isMass = isRenumbering
        if !isMass { isMass = try await isUnderWay(match, pool) }
        let expected = listed.count + pool.count(where: { $0.standing != .gone })
        var matching = PoolMatching(
            unknown: unknown, pool: pool, isMass: isMass, isAnySize: isMass && expected >= RunFinder.least)
        try await matching.run(probe)
        try await write(matching.adoptions, match, beginsNumbering: isRenumbering)
        adopted = matching.adoptions.count
        match.recognise(Set(matching.adoptions.map(\.message.number)))
    }

    /// Most of what was listed last is not listed under its unique-ids any more, and it was not we who deleted it.
    private static func isRenumbering(_ match: ListingMatch, _ deleted: Set<MessageKey>) -> Bool {
        let ours =
            deleted.isEmpty
            ? 0 : match.gone.count(where: { match.key(at: $0).map { deleted.contains($0) } ?? false })
        let present = match.presentCount - ours
        return present > 0 && (present - (match.gone.count - ours) - match.conflicts.count) * 2 <= present
    }

    /// A numbering that began not long ago, or has nothing in it, and messages of the one before that were not found yet:
    /// a recognition was cut off, or the server at a new address is being filled.
    private func isUnderWay(_ match: ListingMatch, _ pool: [RememberedMessage]) async throws(SyncFailure) -> Bool {
        guard match.known.numbering > 1, pool.contains(where: { $0.standing == .missing }) else { return false }
        guard match.known.indices.contains(where: { match.known.state(at: $0) == .stored }) else { return true }
        let began = try await stored { reader, maildrop in try reader.numberingBegan(maildrop) }
        return now.since(began) < Self.season
    }

    /// Messages that the server said it deleted for us.
    private func deleted() async throws(SyncFailure) -> Set<MessageKey> {
        try await stored { reader, maildrop in
            Set(try reader.openDeletions(of: maildrop).filter { $0.state != .intended }.map(\.key))
        }
    }

    /// A unique-id with another size is another message (RFC 1939 §7 forbids it, servers do it), or the server counts
    /// otherwise than before: the header tells.
    ///
    /// QUIRK: unique-ids given out again; sizes that change from session to session; ReusedUniqueIDTests
    private func settleConflicts(_ match: inout ListingMatch) async throws(SyncFailure) {
        let conflicts = match.conflicts
        guard !conflicts.isEmpty else { return }
        var verdicts = try await verdicts(on: Self.spread(conflicts))
        if verdicts.count < conflicts.count, verdicts.values.contains(where: { $0 != .same }) {
            let rest = conflicts.filter { verdicts[$0.number] == nil }
            verdicts.merge(try await self.verdicts(on: rest)) { one, _ in one }
        }
        let other = conflicts.filter { verdicts[$0.number] == .different }
        let same = conflicts.filter { verdicts[$0.number] != .different }
        let (looked, notLooked) = (
            same.filter { verdicts[$0.number] == .same }, same.filter { verdicts[$0.number] != .same }
        )
        try await change(other) { writer, maildrop, part in
            try writer.retire(part.map { MessageKey($0.uniqueID, $0.ordinal) }, of: maildrop)
        }
        for (messages, isUnchecked) in [(looked, false), (notLooked, true)] {
            try await change(messages) { writer, maildrop, part in
                try writer.setListedOctets(
                    part.map { (MessageKey($0.uniqueID, $0.ordinal), $0.octets) }, isUnchecked: isUnchecked,
                    of: maildrop)
            }
        }
        match.settleConflicts(new: Set(other.map(\.number)))
    }

    /// Holds listed messages against what is remembered under their unique-ids; missing where that cannot be seen.
    func verdicts(on messages: [ListedMessage]) async throws(SyncFailure) -> [MessageNumber: ProbedMessage.Verdict] {
        try await verdicts(on: messages, try await remembered(messages))
    }

    /// The same for messages that are to be deleted: one whose listed size is not the stored one's may be another with the
    /// same header, so it is read whole.
    func verdictsBeforeDeletion(
        on messages: [ListedMessage]
    ) async throws(SyncFailure) -> [MessageNumber: ProbedMessage.Verdict] {
        let remembered = try await remembered(messages)
        // In the first numbering each came under its unique-id, or was recognised by size and header.
        let isFirst = try await stored { reader, maildrop in try reader.record(of: maildrop).numbering == 1 }
        let isPlain = { (message: ListedMessage) in
            isFirst || remembered[message.number].map { $0.size == $0.octets } ?? false
        }
        var verdicts = try await verdicts(on: messages.filter(isPlain), remembered)
        for (number, probed) in try await probe.look(at: messages.filter { !isPlain($0) }, whole: true) {
            guard let remembered = remembered[number] else { continue }
            verdicts[number] = try await probed.wholeVerdict(on: remembered, content: contentHash)
        }
        return verdicts
    }

    /// Nil when there is no such blob any more.
    private func contentHash(of blob: BlobID) async throws(SyncFailure) -> [UInt8]? {
        try await stored { reader, _ in
            try reader.withBlob(blob) { octets in
                var hash = ContentHash()
                hash.update(octets)
                return hash.finalize()
            }
        }
    }

    private func remembered(
        _ messages: [ListedMessage]
    ) async throws(SyncFailure) -> [MessageNumber: RememberedMessage] {
        try await stored { reader, maildrop in
            var remembered: [MessageNumber: RememberedMessage] = [:]
            for message in messages {
                remembered[message.number] = try reader.rememberedMessage(
                    message.uniqueID, ordinal: message.ordinal, of: maildrop)
            }
            return remembered
        }
    }

    private func verdicts(
        on messages: [ListedMessage], _ remembered: [MessageNumber: RememberedMessage]
    ) async throws(SyncFailure) -> [MessageNumber: ProbedMessage.Verdict] {
        let probed = try await probe.look(at: messages)
        var verdicts: [MessageNumber: ProbedMessage.Verdict] = [:]
        for message in messages {
            guard let probed = probed[message.number], let remembered = remembered[message.number] else { continue }
            verdicts[message.number] = probed.verdict(on: remembered)
        }
        let unclear = messages.filter { verdicts[$0.number] == .unclear }
        for (number, probed) in try await probe.look(at: unclear, whole: true) {
            if let remembered = remembered[number] { verdicts[number] = probed.verdict(on: remembered) }
        }
        return verdicts
    }

    private func write(
        _ adoptions: [Adoption], _ match: ListingMatch, beginsNumbering: Bool
    ) async throws(SyncFailure) {
        guard !adoptions.isEmpty else { return }
        if beginsNumbering {
            let kept = match.known.indices.filter { match.number(at: $0) != nil }.compactMap { match.key(at: $0) }
            isRenumbered = true
            try await change([kept]) { writer, maildrop, part in
                _ = try writer.beginNumbering(of: maildrop, keeping: part.flatMap { $0 })
            }
        }
        let now = now
        try await change(adoptions) { writer, maildrop, part in
            try writer.adopt(
                part.map { adoption in
                    AdoptedMessage(
                        uniqueID: adoption.message.uniqueID, ordinal: adoption.message.ordinal,
                        octets: adoption.message.octets, email: adoption.email,
                        place: ListingPlace(listedAt: now, number: adoption.message.number.value),
                        isUnchecked: adoption.isUnchecked)
                }, of: maildrop)
        }
    }

    // MARK: The store

    func stored<Result: Sendable>(
        _ read: @escaping @Sendable (AccountReader, MaildropID) throws -> Result
    ) async throws(SyncFailure) -> Result {
        let maildrop = maildrop
        do {
            return try await account.read { try read($0, maildrop) }
        } catch {
            throw SyncFailure(error)
        }
    }

    /// Writes in batches, each in a transaction of its own: what a cut leaves undone is found again.
    func change<Element: Sendable>(
        _ elements: [Element],
        _ write: @escaping @Sendable (AccountWriter, MaildropID, [Element]) throws -> Void
    ) async throws(SyncFailure) {
        let subject = subject
        do {
            for start in stride(from: 0, to: elements.count, by: Self.batch) {
                let part = Array(elements[start..<min(start + Self.batch, elements.count)])
                try await account.write { writer in
                    try subject.checkSignIn(writer.reader)
                    try write(writer, subject.id, part)
                }
            }
        } catch {
            throw SyncFailure(error)
        }
    }

    /// At most `sample` elements, evenly spread, the first and the last among them.
    static func spread<Element>(_ elements: [Element], _ count: Int = sample) -> [Element] {
        guard elements.count > count, count > 1 else { return elements }
        return (0..<count).map { elements[$0 * (elements.count - 1) / (count - 1)] }
    }
}
