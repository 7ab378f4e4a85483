import MailModel
import MailStore
import POP3

/// This session's listings held against the messages that are remembered.
struct ListingMatch: Sendable {
    /// Messages to fetch that nobody has tried yet, by ascending number.
    private(set) var fresh: [ListedMessage] = []
    /// Messages whose fetching failed before and that are due again.
    private(set) var retries: [ListedMessage] = []
    /// Messages over the size limit that are not recorded as such yet.
    private(set) var oversized: [ListedMessage] = []
    /// What the account has no room for, and those of it that are not recorded as such yet.
    private(set) var roomless = RoomlessMessages()
    /// How many of the listed messages are stored, here or by the program that was used before.
    private(set) var storedCount = 0
    /// Listed messages that are parked and not due, or held back.
    private(set) var waitingCount = 0
    /// Recorded as not stored, and no longer listed.
    private(set) var vanished: [UnstoredMessage] = []
    /// Messages under the unique-id of one that is stored, with other octets than that was listed with.
    private(set) var conflicts: [ListedMessage] = []
    /// Stored messages that the last listing had and this one lacks: where they are in `known`.
    private(set) var gone: [Int] = []
    /// Stored messages that the last listing lacked and this one has.
    private(set) var returned: [Int] = []
    /// Stored messages that the last listing had.
    private(set) var presentCount = 0
    let known: KnownMessages
    /// The numbers of the known messages in this session, 0 where it is not listed.
    private var numbers: [Int32]
    /// What is wrong with the listings, in words; nil when they agree.
    private(set) var complaint: String?
    private let messageLimit: Int
    /// Tries so far of the messages that failed before.
    private var attempts: [Key: Int] = [:]
    /// Octets of messages that turned out to have more than listed.
    private var seenOctets: [Key: Int] = [:]
    /// Messages that were recorded as held back for want of room.
    private var knownRoomless: Set<Key> = []
    /// Messages in which a line of one dot was taken for the end.
    private var unescaped: Set<Key> = []

    private struct Key: Hashable {
        var uniqueID: UniqueID
        var ordinal: Int
    }

    /// `sizes` is nil when the server refused LIST.
    init(
        size: MaildropSize, uniqueIDs: UniqueIDListing, sizes: ScanListing?, known: KnownMessages,
        unstored: [UnstoredMessage], messageLimit: Int, now: Timestamp
    ) {
        self.known = known
        self.messageLimit = messageLimit
        numbers = [Int32](repeating: 0, count: known.count)
        var waiting = Dictionary(
            unstored.map { (Key(uniqueID: $0.uniqueID, ordinal: $0.ordinal), $0) }, uniquingKeysWith: { one, _ in one })
        for (key, message) in waiting {
            attempts[key] = message.attempts
            if message.reason == MessageFetch.unescapedDot { unescaped.insert(key) }
        }
        var ordinals = OrdinalCounter(uniqueIDs)
        var listed = NumberSet()
        var repeatedNumbers = 0
        for element in uniqueIDs {
            guard listed.insert(element.number) else {
                repeatedNumbers += 1
                continue
            }
            let message = ListedMessage(
                number: element.number, uniqueID: element.uniqueID, ordinal: ordinals.next(element.uniqueID),
                octets: sizes?.octets(of: element.number) ?? 0)
            let index = known.index(of: message.uniqueID, ordinal: message.ordinal)
            let state = index.map { known.state(at: $0) }
            let record = state == nil || state == .stored ? nil : waiting.removeValue(forKey: Self.key(message))
            if let index { numbers[index] = Int32(clamping: element.number.value) }
            if let index, state == .stored, Self.differ(message.octets, known.octets(at: index)) {
                conflicts.append(message)
            } else {
                sort(message, state, record, now: now)
            }
        }
        compareWithLast()
        if !uniqueIDs.isEmpty { vanished = Array(waiting.values) }
        fresh.sort { $0.number < $1.number }
        retries = retries.sorted { (attempts(of: $0), $1.number) < (attempts(of: $1), $0.number) }
        complaint = Self.complaint(size, uniqueIDs, sizes, repeatedNumbers: repeatedNumbers)
    }

    func attempts(of message: ListedMessage) -> Int { attempts[Self.key(message)] ?? 0 }

    func isUnescaped(_ message: ListedMessage) -> Bool { unescaped.contains(Self.key(message)) }

    private static func differ(_ one: Int, _ other: Int) -> Bool { one > 0 && other > 0 && one != other }

    private mutating func compareWithLast() {
        for index in numbers.indices where known.state(at: index) == .stored {
            let isListed = numbers[index] != 0
            if !known.isAbsent(at: index) { presentCount += 1 }
            if isListed == known.isAbsent(at: index) {
                if isListed { returned.append(index) } else { gone.append(index) }
            }
        }
    }

    private mutating func sort(
        _ message: ListedMessage, _ state: MaildropMessageState?, _ record: UnstoredMessage?, now: Timestamp
    ) {
        switch state {
        case .stored, .fetchedElsewhere:
            storedCount += 1
        case nil, .heldBack:
            // What it turned out to have counts for the message that was listed like that: another may have its unique-id.
            let seen = record.flatMap { $0.octets == message.octets ? $0.atLeast : nil } ?? 0
            if max(message.octets, seen) <= messageLimit {
                fresh.append(message)
                if seen > 0 { seenOctets[Self.key(message)] = seen }
                if record?.reason == UnstoredMessage.noRoom { knownRoomless.insert(Self.key(message)) }
            } else if state == nil {
                oversized.append(message)
            } else {
                waitingCount += 1
            }
        case .parked:
            if let retryAt = record?.retryAt, retryAt <= now {
                retries.append(message)
            } else {
                waitingCount += 1
            }
        }
    }

    private static func key(_ message: ListedMessage) -> Key {
        Key(uniqueID: message.uniqueID, ordinal: message.ordinal)
    }

    private static func complaint(
        _ size: MaildropSize, _ uniqueIDs: UniqueIDListing, _ sizes: ScanListing?, repeatedNumbers: Int
    ) -> String? {
        let unreadable = uniqueIDs.malformedLines + repeatedNumbers
        let listed = sizes.map { $0.count + $0.malformedLines } ?? size.messages
        guard uniqueIDs.count != size.messages || listed != size.messages || unreadable > 0 else { return nil }
        var text =
            "The server's listings disagree: STAT counts \(size.messages) messages, UIDL lists \(uniqueIDs.count)"
        if let sizes { text += ", LIST \(sizes.count)" }
        if unreadable > 0 { text += "; \(unreadable) lines of UIDL can't be read or repeat a number" }
        return text
            + ". Every message with a unique-id is fetched; one without can't be told from those fetched before."
    }
}

// What there is no room for.
extension ListingMatch {
    /// Leaves at the provider what does not go into `room` octets. The newest messages are given room first, the ones that
    /// failed before last; what is too large for what is left does not keep smaller ones away.
    mutating func holdBack(room: Int) {
        var left = room
        var kept: Set<MessageNumber> = []
        // One that failed before stays what it is: parked, and fetched alone.
        knownRoomless.formUnion(retries.map(Self.key))
        for message in fresh.reversed() + retries {
            let octets = max(message.octets, seenOctets[Self.key(message)] ?? 0)
            if octets <= left {
                left -= octets
                kept.insert(message.number)
            } else {
                roomless.add(message, octets: octets, isRecorded: knownRoomless.contains(Self.key(message)))
            }
        }
        guard roomless.messages > 0 else { return }
        fresh.removeAll { !kept.contains($0.number) }
        retries.removeAll { !kept.contains($0.number) }
    }
}

// What looking closer finds.
extension ListingMatch {
    /// Messages whose unique-ids nobody knows, or which nobody could look at yet, or that are other messages than the unique-id stood for; by ascending
    /// number.
    var unknown: [ListedMessage] {
        (fresh.filter { number(of: Self.messageKey($0)) == nil } + oversized + retries).sorted { $0.number < $1.number }
    }

    private static func messageKey(_ message: ListedMessage) -> MessageKey {
        MessageKey(message.uniqueID, message.ordinal)
    }

    /// Whether something is stored that is not listed under its unique-id.
    var hasUnlisted: Bool {
        numbers.indices.contains { numbers[$0] == 0 && known.state(at: $0) == .stored }
    }

    /// Where in this session a known message is; nil when it is not listed.
    func number(of key: MessageKey) -> MessageNumber? {
        known.index(of: key.uniqueID, ordinal: key.ordinal).flatMap { number(at: $0) }
    }

    func number(at index: Int) -> MessageNumber? { numbers[index] == 0 ? nil : MessageNumber(Int(numbers[index])) }

    func key(at index: Int) -> MessageKey? {
        UniqueID(known.uniqueID(at: index)).map { MessageKey($0, known.ordinal(at: index)) }
    }

    /// Emails whose messages are listed under their unique-ids.
    var listedEmails: Set<EmailID> {
        var emails: Set<EmailID> = []
        let isOther = Set(conflicts.map(\.number))
        for index in numbers.indices where known.state(at: index) == .stored {
            if let number = number(at: index), !isOther.contains(number) { emails.insert(known.email(at: index)) }
        }
        return emails
    }

    /// These turned out to be stored: nothing is to be fetched of them.
    mutating func recognise(_ messages: Set<MessageNumber>) {
        guard !messages.isEmpty else { return }
        fresh.removeAll { messages.contains($0.number) }
        oversized.removeAll { messages.contains($0.number) }
        retries.removeAll { messages.contains($0.number) }
        storedCount += messages.count
    }

    /// Of the messages with other octets than before, all were looked into: these are new ones under old unique-ids.
    mutating func settleConflicts(new: Set<MessageNumber>) {
        storedCount += conflicts.count(where: { !new.contains($0.number) })
        for message in conflicts where new.contains(message.number) {
            if let index = known.index(of: message.uniqueID, ordinal: message.ordinal) { numbers[index] = 0 }
            if message.octets <= messageLimit { fresh.append(message) } else { oversized.append(message) }
        }
        fresh.sort { $0.number < $1.number }
        conflicts = []
    }
}

/// Counts messages that share a unique-id. Hashes of all tell which few may: only those are counted by their octets.
private struct OrdinalCounter {
    private var shared: Set<Int> = []
    private var counts: [UniqueID: Int] = [:]

    init(_ listing: UniqueIDListing) {
        var hashes = (0..<listing.count).map { listing.uniqueIDOctets(at: $0).hashValue }
        hashes.sort()
        for (one, other) in zip(hashes, hashes.dropFirst()) where one == other { shared.insert(one) }
    }

    mutating func next(_ uniqueID: UniqueID) -> Int {
        guard !shared.isEmpty, shared.contains(uniqueID.bytes[...].hashValue) else { return 0 }
        let ordinal = counts[uniqueID, default: 0]
        counts[uniqueID] = ordinal + 1
        return ordinal
    }
}

/// Message numbers seen so far; cheap while they come in ascending order, as they do.
private struct NumberSet {
    private var last: MessageNumber?
    private var numbers: Set<MessageNumber> = []
    private var ascending: [MessageNumber] = []

    mutating func insert(_ number: MessageNumber) -> Bool {
        if numbers.isEmpty {
            guard let last, number <= last else {
                last = number
                ascending.append(number)
                return true
            }
            numbers = Set(ascending)
            ascending = []
        }
        return numbers.insert(number).inserted
    }
}
