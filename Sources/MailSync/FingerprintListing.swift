import MailModel
import MailStore
import POP3

/// Unique-ids for a server that has none (UIDL is optional, RFC 1939 §7): made of what a message's header says, so that
/// they are the same in every session. Two messages with the same header share one.
///
/// A message that is not looked at gets one that says so, made of its size and its rank among those of that size: under
/// it what is too large is held back, and what broke a session is parked, so that it can't stop the others.
///
/// QUIRK: no UIDL; FingerprintListingTests
struct FingerprintListing {
    /// No server's unique-id begins like this (RFC 1939 §7: 0x21 to 0x7E).
    private static let prefix = [0x01] + Array("restante:".utf8)
    /// At the end of the listing, where new mail comes, sizes are never enough.
    private static let tail = RunFinder.least

    static func isMade(_ uniqueID: UniqueID) -> Bool { uniqueID.bytes.starts(with: prefix) }

    /// The unique-id of a message that was looked at.
    static func uniqueID(_ message: ProbedMessage, octets: Int) -> UniqueID? {
        // A header that says too little is told apart by the size as well.
        guard let mark = message.fields.mark else {
            return UniqueID(prefix + hexadecimal(message.fields.fingerprint(octets: octets)))
        }
        return uniqueID(mark)
    }

    private static func uniqueID(_ mark: HeaderMark) -> UniqueID? { UniqueID(prefix + hexadecimal(mark.octets)) }

    /// `rank` counts the messages of that size in one listing, from 0.
    private static func hidden(octets: Int, rank: Int) -> UniqueID? {
        UniqueID(prefix + Array("hidden \(octets) \(rank)".utf8))
    }

    private static func hexadecimal(_ octets: [UInt8]) -> [UInt8] { Array(Hexadecimal.encode(octets).utf8) }

    /// The unique-id of one message; nil when the server does not show it.
    static func uniqueID(of number: MessageNumber, _ probe: HeaderProbe) async throws(SyncFailure) -> UniqueID? {
        guard let stand = UniqueID(prefix) else { return nil }
        let message = ListedMessage(number: number, uniqueID: stand, ordinal: 0, octets: 0)
        return try await probe.look(at: [message])[number].flatMap { uniqueID($0, octets: 0) }
    }

    /// Each with the unique-id that it has while it is hidden.
    private let messages: [ListedMessage]
    private let probe: HeaderProbe
    private var found: [MessageNumber: UniqueID] = [:]
    /// Parked under their hidden unique-ids: those whose time has not come, and those that are looked at once more.
    private let waiting: Set<UniqueID>
    private let retried: Set<UniqueID>

    init(
        _ size: MaildropSize, _ sizes: ScanListing?, _ probe: HeaderProbe, unstored: [UnstoredMessage], now: Timestamp
    ) {
        self.probe = probe
        let parked = unstored.filter { $0.state == .parked }
        retried = Set(parked.filter { $0.retryAt.map { $0 <= now } ?? false }.map(\.uniqueID))
        waiting = Set(parked.map(\.uniqueID)).subtracting(retried)
        let listed = sizes.map { $0.map { ($0.number, $0.octets) } }
        let numbers = listed ?? (0..<max(0, size.messages)).compactMap { MessageNumber($0 + 1).map { ($0, 0) } }
        var ranks: [Int: Int] = [:]
        messages = numbers.compactMap { number, octets in
            let rank = ranks[octets, default: 0]
            ranks[octets] = rank + 1
            return Self.hidden(octets: octets, rank: rank).map {
                ListedMessage(number: number, uniqueID: $0, ordinal: 0, octets: octets)
            }
        }
    }

    /// Finds out every message's unique-id. `stored` in the order in which they were listed: where sizes come as they came
    /// before, a sample is looked at.
    mutating func run(stored: [RememberedMessage]) async throws(SyncFailure) -> UniqueIDListing {
        try await takeRuns(stored)
        let rest = messages.filter { found[$0.number] == nil && !waiting.contains($0.uniqueID) }
        // What broke a session comes last.
        let order = rest.filter { !retried.contains($0.uniqueID) } + rest.filter { retried.contains($0.uniqueID) }
        let probed = try await probe.look(at: order)
        var listing = UniqueIDListing()
        for message in messages {
            let made =
                found[message.number] ?? probed[message.number].flatMap { Self.uniqueID($0, octets: message.octets) }
            listing.append(.init(number: message.number, uniqueID: made ?? message.uniqueID))
        }
        return listing
    }

    private func isParked(_ place: Int) -> Bool {
        waiting.contains(messages[place].uniqueID) || retried.contains(messages[place].uniqueID)
    }

    private mutating func takeRuns(_ stored: [RememberedMessage]) async throws(SyncFailure) {
        guard stored.count >= RunFinder.least, messages.count >= RunFinder.least else { return }
        for run in RunFinder.runs(new: messages.map(\.octets), old: stored.map(\.octets)) {
            let places = Recognition.spread(Array(0..<run.count)).filter { !isParked(run.new + $0) }
            let probed = try await probe.look(at: places.map { messages[run.new + $0] })
            let right = places.filter { place in
                let mark = probed[messages[run.new + place].number]?.fields.mark
                return mark != nil && mark == stored[run.old + place].mark
            }
            guard !right.isEmpty, right.count == places.count else { continue }
            for place in 0..<run.count where run.new + place < messages.count - Self.tail && !isParked(run.new + place)
            {
                guard let mark = stored[run.old + place].mark else { continue }
                found[messages[run.new + place].number] = Self.uniqueID(mark)
            }
        }
    }
}

extension Poll {
    /// Unique-ids for a server that gives none.
    func makeUniqueIDs(_ size: MaildropSize, _ sizes: ScanListing?) async throws(SyncFailure) -> UniqueIDListing {
        let maildrop = subject.maildrop.id
        let (isOther, stored, unstored) = try await store { account in
            try await account.read { reader in
                let known = try reader.knownMessages(of: maildrop)
                let isOther = known.indices.contains { index in
                    UniqueID(known.uniqueID(at: index)).map { !FingerprintListing.isMade($0) } ?? false
                }
                return (
                    isOther, try reader.rememberedMessages(of: maildrop), try reader.unstoredMessages(of: maildrop)
                )
            }
        }
        guard !isOther || !session.capabilities.uniqueIDs else {
            throw SyncFailure(
                .noUniqueIDs, "The server announces unique-ids and has given them before, but refuses them now (UIDL).")
        }
        var listing = FingerprintListing(size, sizes, probe, unstored: unstored, now: now)
        return try await guarding { () async throws(SyncFailure) in try await listing.run(stored: stored) }
    }
}
