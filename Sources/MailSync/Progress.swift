import MailModel
import MailStore
import Synchronization

/// How far the fetching of one poll has come.
final class Progress: Sendable {
    private struct State {
        var stored: Int
        var pending: Int
        var messages = 0
        var octets = 0
        var rhythm: Rhythm
        var news: (at: Timestamp, messages: Int)?
    }

    /// Mail that came no longer ago is news.
    static let isNews: Duration = .seconds(1800)

    private let state: Mutex<State>

    private let now: Timestamp

    /// `rhythm` is what was learned of the maildrop before, `now` when the poll began.
    init(stored: Int, pending: Int, rhythm: Rhythm, now: Timestamp) {
        self.now = now
        state = Mutex(State(stored: stored, pending: pending, rhythm: rhythm))
    }

    /// Counts a batch whose messages were received at these times; returns how many messages of the maildrop are stored now, and how many are not.
    func add(_ messages: Int, _ octets: Int, _ received: [Timestamp]) -> (stored: Int, pending: Int) {
        state.withLock { state in
            for time in received {
                state.rhythm.add(receivedAt: time, now: now)
                guard now.since(time) < Self.isNews, time <= now.adding(Self.isNews) else { continue }
                state.news = (max(state.news?.at ?? time, time), (state.news?.messages ?? 0) + 1)
            }
            state.messages += messages
            state.octets += octets
            state.stored += messages
            state.pending -= messages
            return (state.stored, state.pending)
        }
    }

    /// What the messages tell of when mail comes.
    var learned: (rhythm: Rhythm, news: (at: Timestamp, messages: Int)?) {
        state.withLock { ($0.rhythm, $0.news) }
    }

    /// Messages stored by this poll, and their octets.
    var total: (messages: Int, octets: Int) { state.withLock { ($0.messages, $0.octets) } }
}
