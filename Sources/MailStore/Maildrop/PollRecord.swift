public import MailModel

/// How one poll went, for the history that is kept 30 days.
public struct PollRecord: Hashable, Sendable {
    public var beganAt: Timestamp
    public var endedAt: Timestamp
    /// A word for programs and a sentence for people; nil when the poll succeeded.
    public var error: (type: String, description: String)? {
        get { failure.map { ($0.type, $0.description) } }
        set { failure = newValue.map { Failure(type: $0.type, description: $0.description) } }
    }
    /// Messages in the maildrop; nil when it did not come that far.
    public var listed: Int?
    /// Messages stored, and their octets.
    public var fetched: Int
    public var octets: Int
    /// For a record that stands for several: how many polls found nothing in this time.
    public var idlePolls: Int
    /// Why it was made when it was; nil for one that stands for several, or when nobody knows any more.
    public var cause: PollCause?

    private struct Failure: Hashable, Sendable {
        var type: String
        var description: String
    }
    private var failure: Failure?

    public init(
        beganAt: Timestamp, endedAt: Timestamp, error: (type: String, description: String)? = nil,
        listed: Int? = nil, fetched: Int = 0, octets: Int = 0, idlePolls: Int = 0
    ) {
        self.beganAt = beganAt
        self.endedAt = endedAt
        self.listed = listed
        self.fetched = fetched
        self.octets = octets
        self.idlePolls = idlePolls
        self.error = error
    }

    /// Whether the poll succeeded and found nothing: such a one gets no row of its own.
    public var isIdle: Bool { error == nil && fetched == 0 }
}

/// What the history says of a maildrop: what the status board begins with after a start.
public struct PollSummary: Hashable, Sendable {
    public var lastPollAt: Timestamp?
    public var lastSuccessAt: Timestamp?
    /// Set when the last poll failed; `since` is the first failure after the last success.
    public var failure: MaildropStatus.Failure?

    public init(lastPollAt: Timestamp? = nil, lastSuccessAt: Timestamp? = nil, failure: MaildropStatus.Failure? = nil) {
        self.lastPollAt = lastPollAt
        self.lastSuccessAt = lastSuccessAt
        self.failure = failure
    }
}
