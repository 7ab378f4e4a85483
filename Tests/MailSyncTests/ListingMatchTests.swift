import MailModel
import POP3
import Testing

@testable import MailStore
@testable import MailSync

@Suite struct ListingMatchTests {
    private let now = Timestamp(seconds: 1_800_000_000)

    private func id(_ text: String) throws -> UniqueID { try #require(UniqueID(Array(text.utf8))) }

    private func uniqueIDs(_ list: [(Int, String)]) throws -> UniqueIDListing {
        var listing = UniqueIDListing()
        for (number, text) in list {
            listing.append(.init(number: try #require(MessageNumber(number)), uniqueID: try id(text)))
        }
        return listing
    }

    private func sizes(_ list: [(Int, Int)]) throws -> ScanListing {
        var listing = ScanListing()
        for (number, octets) in list {
            listing.append(.init(number: try #require(MessageNumber(number)), octets: octets))
        }
        return listing
    }

    /// Known messages, in key order.
    private func known(_ list: [(String, Int, MaildropMessageState)]) -> KnownMessages {
        var known = KnownMessages(numbering: 1)
        for (text, ordinal, state) in list {
            Array(text.utf8).withUnsafeBytes { known.append(uniqueID: $0, ordinal: ordinal, state: state.rawValue) }
        }
        return known
    }

    private func match(
        _ uniqueIDs: UniqueIDListing, sizes: ScanListing? = nil, count: Int? = nil,
        known: KnownMessages? = nil, unstored: [UnstoredMessage] = []
    ) -> ListingMatch {
        ListingMatch(
            size: MaildropSize(messages: count ?? uniqueIDs.count, octets: 0), uniqueIDs: uniqueIDs, sizes: sizes,
            known: known ?? KnownMessages(numbering: 1), unstored: unstored, messageLimit: 1000, now: now)
    }

    @Test func tellsNewFromKnown() throws {
        let match = match(
            try uniqueIDs([(1, "a"), (2, "b"), (3, "c")]), sizes: try sizes([(1, 10), (2, 20), (3, 30)]),
            known: known([("b", 0, .stored)]))
        #expect(match.fresh.map(\.number.value) == [1, 3])
        #expect(match.fresh.map(\.octets) == [10, 30])
        #expect(match.storedCount == 1)
        #expect(match.complaint == nil)
    }

    @Test func whatAnotherProgramFetchedIsNotFetchedAgain() throws {
        let match = match(try uniqueIDs([(1, "a"), (2, "b")]), known: known([("a", 0, .fetchedElsewhere)]))
        #expect(match.fresh.map(\.number.value) == [2])
        #expect(match.storedCount == 1)
    }

    @Test func countsMessagesThatShareAUniqueID() throws {
        let listing = try uniqueIDs([(1, "same"), (2, "other"), (3, "same"), (4, "same")])
        #expect(match(listing).fresh.map(\.ordinal) == [0, 0, 1, 2])
        let second = match(listing, known: known([("same", 0, .stored), ("same", 1, .stored)]))
        #expect(second.fresh.map(\.number.value) == [2, 4])
        #expect(second.storedCount == 2)
    }

    @Test func holdsBackWhatIsOverTheLimitByOne() throws {
        let match = match(try uniqueIDs([(1, "a"), (2, "b")]), sizes: try sizes([(1, 1000), (2, 1001)]))
        #expect(match.fresh.map(\.number.value) == [1])
        #expect(match.oversized.map(\.number.value) == [2])
    }

    @Test func fetchesAHeldBackMessageOnceTheLimitAllowsIt() throws {
        let listing = try uniqueIDs([(1, "a"), (2, "b")])
        let sizes = try sizes([(1, 900), (2, 900)])
        let unstored = [
            UnstoredMessage(uniqueID: try id("a"), octets: 900, state: .heldBack, reason: ""),
            // The listing said 900 before too, and the message was longer.
            try held("b", octets: 900, atLeast: 1001),
        ]
        let match = match(
            listing, sizes: sizes, known: known([("a", 0, .heldBack), ("b", 0, .heldBack)]), unstored: unstored)
        #expect(match.fresh.map(\.number.value) == [1])
        #expect(match.waitingCount == 1)
    }

    private func held(_ name: String, octets: Int, atLeast: Int? = nil) throws -> UnstoredMessage {
        var held = UnstoredMessage(uniqueID: try id(name), octets: octets, state: .heldBack, reason: "")
        held.atLeast = atLeast
        return held
    }

    /// QUIRK: a unique-id given to another message.
    @Test func aSmallMessageUnderTheUniqueIDOfOneThatWasHeldBackIsFetched() throws {
        let listing = try uniqueIDs([(1, "a"), (2, "b"), (3, "c")])
        let match = match(
            listing, sizes: try sizes([(1, 900), (2, 901), (3, 2000)]),
            known: known([("a", 0, .heldBack), ("b", 0, .heldBack), ("c", 0, .heldBack)]),
            unstored: [
                try held("a", octets: 200_000_000), try held("b", octets: 900, atLeast: 1001),
                try held("c", octets: 3000),
            ])
        #expect(match.fresh.map(\.number.value) == [1, 2])
        #expect(match.waitingCount == 1)
    }

    @Test func triesAParkedMessageAgainWhenItIsDueAndNotBefore() throws {
        let listing = try uniqueIDs([(1, "due"), (2, "later")])
        let unstored = [
            UnstoredMessage(
                uniqueID: try id("due"), octets: 1, state: .parked, reason: "", attempts: 2, retryAt: now),
            UnstoredMessage(
                uniqueID: try id("later"), octets: 1, state: .parked, reason: "", retryAt: now.adding(seconds: 1)),
        ]
        let match = match(listing, known: known([("due", 0, .parked), ("later", 0, .parked)]), unstored: unstored)
        #expect(match.retries.map(\.number.value) == [1])
        #expect(match.retries.first.map { match.attempts(of: $0) } == 2)
        #expect(match.waitingCount == 1)
        #expect(match.fresh.isEmpty)
    }

    @Test func forgetsWhatIsParkedAndGoneButNotWhenNothingIsListed() throws {
        let gone = UnstoredMessage(uniqueID: try id("gone"), octets: 1, state: .parked, reason: "")
        let parked = known([("gone", 0, .parked)])
        #expect(match(try uniqueIDs([(1, "a")]), known: parked, unstored: [gone]).vanished == [gone])
        #expect(match(UniqueIDListing(), known: parked, unstored: [gone]).vanished.isEmpty)
    }

    @Test func complainsWhenTheListingsDisagreeAndFetchesWhatItCan() throws {
        let listing = try uniqueIDs([(1, "a"), (2, "b")])
        #expect(match(listing, count: 3).complaint?.contains("STAT counts 3 messages, UIDL lists 2") == true)
        #expect(match(listing, sizes: try sizes([(1, 1)])).complaint?.contains("LIST 1") == true)
        #expect(match(listing, count: 3).fresh.count == 2)
        #expect(match(listing, sizes: nil).complaint == nil)
    }

    @Test func aRepeatedNumberIsCountedOnce() throws {
        let match = match(try uniqueIDs([(1, "a"), (2, "b"), (2, "c"), (1, "d")]), count: 4)
        #expect(match.fresh.map(\.uniqueID.description) == ["a", "b"])
        #expect(match.complaint != nil)
    }
}
