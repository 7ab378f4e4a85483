public import MailModel

/// What is remembered of one message of a maildrop.
public enum MaildropMessageState: Int, Hashable, Sendable {
    /// Stored here; the email may have been destroyed since, and the message is not fetched again.
    case stored = 1
    /// Not fetched, because it is over a limit.
    case heldBack = 2
    /// Fetching failed in a way that concerns this message alone; it is tried again later.
    case parked = 3
    /// Another program fetched it before this one came: it is never fetched here. No copy of it is known to be here, so it
    /// must never be deleted upstream on this record's account.
    case fetchedElsewhere = 4
}

/// Every known unique-id of one numbering, in few bytes each, for matching with a listing of up to a million.
///
/// Filled in one pass over the table in key order (unique-id octets, then ordinal), and so searched by halving; the
/// octets of all unique-ids lie in one array.
public struct KnownMessages: Sendable {
    public let numbering: Int
    private var octets: [UInt8] = []
    /// Where each unique-id ends in `octets`.
    private var ends: [UInt32] = []
    private var ordinals: [UInt32] = []
    private var states: [UInt8] = []
    /// As the server listed them; 0 when it did not say.
    private var sizes: [Int] = []
    private var emails: [Int64] = []
    private var isAbsent: [Bool] = []

    init(numbering: Int) { self.numbering = numbering }

    public var count: Int { ends.count }
    public var indices: Range<Int> { 0..<count }

    /// Rows must come in key order.
    mutating func append(
        uniqueID: UnsafeRawBufferPointer, ordinal: Int, state: Int, octets size: Int = 0, email: Int64 = 0,
        isAbsent: Bool = false
    ) {
        octets.append(contentsOf: uniqueID)
        ends.append(UInt32(clamping: octets.count))
        ordinals.append(UInt32(clamping: ordinal))
        states.append(UInt8(clamping: state))
        sizes.append(size)
        emails.append(email)
        self.isAbsent.append(isAbsent)
    }

    /// The place of a message among the known ones; nil when it is new. `ordinal` counts messages that share a unique-id
    /// within one listing, from 0.
    public func index(of uniqueID: UniqueID, ordinal: Int = 0) -> Int? {
        uniqueID.bytes.withUnsafeBytes { wanted in
            octets.withUnsafeBytes { all in
                var low = 0
                var high = count
                while low < high {
                    let middle = (low + high) / 2
                    switch Self.compare(UnsafeRawBufferPointer(rebasing: all[range(middle)]), wanted) {
                    case 0 where Int(ordinals[middle]) == ordinal: return middle
                    case 0 where Int(ordinals[middle]) < ordinal: low = middle + 1
                    case ..<0: low = middle + 1
                    default: high = middle
                    }
                }
                return nil
            }
        }
    }

    public func state(at index: Int) -> MaildropMessageState {
        MaildropMessageState(rawValue: Int(states[index])) ?? .stored
    }

    /// As the server listed it; 0 when it did not say.
    public func octets(at index: Int) -> Int { sizes[index] }

    /// Of a stored message.
    public func email(at index: Int) -> EmailID { EmailID(rawValue: emails[index]) }

    /// Whether the last listing that could be believed lacked it.
    public func isAbsent(at index: Int) -> Bool { isAbsent[index] }

    public func ordinal(at index: Int) -> Int { Int(ordinals[index]) }

    public func uniqueID(at index: Int) -> [UInt8] { Array(octets[range(index)]) }

    private func range(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])
    }

    /// Octets compared as SQLite compares blobs: by value, then the shorter first.
    private static func compare(_ one: UnsafeRawBufferPointer, _ two: UnsafeRawBufferPointer) -> Int {
        for (a, b) in zip(one, two) where a != b { return a < b ? -1 : 1 }
        return one.count - two.count
    }
}

/// The values of the last listing that was wholly ingested: when a probe (STAT, and UIDL of the last message) still gives
/// them, the listing has not changed.
public struct ListingProbe: Hashable, Sendable {
    public var count: Int
    public var octets: Int
    /// The unique-id of the highest message number; nil for an empty maildrop.
    public var lastUniqueID: UniqueID?
    /// When the full listing was made.
    public var listedAt: Timestamp

    public init(count: Int, octets: Int, lastUniqueID: UniqueID?, listedAt: Timestamp) {
        self.count = count
        self.octets = octets
        self.lastUniqueID = lastUniqueID
        self.listedAt = listedAt
    }
}
