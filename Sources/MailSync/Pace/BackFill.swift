import MailModel

/// How much one session fetches. The newest messages come first in every session, so that the inbox is of use at once and
/// what arrives meanwhile is not behind what is old; each session ends with QUIT, so that the server knows what was
/// fetched and other programs get their turn.
///
/// Signing in and listing costs: a session goes on past its limit until it has lasted twenty times what its beginning
/// took, and until the server takes another sign-in. So nobody waits between two sessions of a first fetch, whatever
/// LOGIN-DELAY is.
public struct BackFill: Sendable, Equatable {
    /// Messages of the first session of a maildrop that was never fetched whole.
    public var first: Int
    /// Messages and octets of the sessions that follow.
    public var messages: Int
    public var octets: Int
    /// How long a session lasts at least.
    public var shortest: Duration
    /// How long one lasts before it is cut at any number of messages, if the server takes another sign-in.
    public var longest: Duration = .seconds(300)

    /// A session lasts so many times what its beginning took.
    static let worth = 20

    public init(
        first: Int = 200, messages: Int = 5000, octets: Int = 256 * 1024 * 1024, shortest: Duration = .seconds(10)
    ) {
        self.first = first
        self.messages = messages
        self.octets = octets
        self.shortest = shortest
    }

    /// Whether a session that has asked for so much stops asking.
    ///
    /// - Parameters:
    ///   - isFirst: the maildrop was never fetched whole, and nothing of it is stored.
    ///   - began: when it connected.
    ///   - fetchingSince: when the first message was asked for.
    func isEnough(
        messages: Int, octets: Int, isFirst: Bool, began: Timestamp, fetchingSince: Timestamp, now: Timestamp,
        mayReturn: () -> Bool
    ) -> Bool {
        let age = now.since(began)
        let isFull = messages >= (isFirst ? first : self.messages) || octets >= self.octets || age >= longest
        guard isFull, age >= max(shortest, fetchingSince.since(began) * Self.worth) else { return false }
        return mayReturn()
    }
}
