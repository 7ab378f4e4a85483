import MIME
public import MailModel

/// When a polled message counts as received.
public enum ReceivedAt {
    /// The topmost Received date if it lies between 1990 and a day from now, else Date under the same rule, else the time
    /// of the fetch.
    public static func polled(received: Timestamp?, date: Timestamp?, fetchedAt: Timestamp) -> Timestamp {
        let latest = fetchedAt.adding(seconds: 86_400)
        for candidate in [received, date] {
            if let candidate, candidate >= earliest, candidate <= latest { return candidate }
        }
        return fetchedAt
    }

    /// 1990-01-01T00:00:00Z: dates before it are clocks that were never set.
    private static let earliest = Timestamp(seconds: 631_152_000)
}

extension PreparedMessage {
    /// When this message counts as received if it was polled at `fetchedAt`.
    public func receivedAt(polledAt fetchedAt: Timestamp) -> Timestamp {
        ReceivedAt.polled(received: summary.receivedAt, date: summary.sentAt?.timestamp, fetchedAt: fetchedAt)
    }
}
