import MailModel
import POP3

/// In which order new messages are asked for: the newest first, what failed before last.
///
/// Servers usually number by arrival, so it begins at the highest number. When the dates of the first messages say that
/// this server counts the other way, it goes on from the other end.
struct FetchPlan: Sendable {
    /// How many comparisons of neighbours decide.
    static let sample = 16

    private var fresh: ArraySlice<ListedMessage>
    private var retries: ArraySlice<ListedMessage>
    private var takesLowest = false
    private var previous: (number: MessageNumber, date: Timestamp)?
    private var comparisons = 0
    private var reversed = 0

    /// `fresh` by ascending number.
    init(fresh: [ListedMessage], retries: [ListedMessage]) {
        self.fresh = fresh[...]
        self.retries = retries[...]
    }

    var count: Int { fresh.count + retries.count }

    /// A message that failed before is asked for only while nothing else is under way (`alone`): what goes wrong then is
    /// its own doing, and spoils no other.
    mutating func next(alone: Bool = true) -> ListedMessage? {
        if let message = takesLowest ? fresh.popFirst() : fresh.popLast() { return message }
        return alone ? retries.popFirst() : nil
    }

    /// Tells the date of a message that has come; they are told in the order of `next()`.
    mutating func observe(_ number: MessageNumber, _ date: Timestamp) {
        guard comparisons < Self.sample else { return }
        defer { previous = (number, date) }
        guard let previous, previous.number > number, previous.date != date else { return }
        comparisons += 1
        if date > previous.date { reversed += 1 }
        if comparisons == Self.sample, reversed * 4 >= Self.sample * 3 { takesLowest = true }
    }
}
