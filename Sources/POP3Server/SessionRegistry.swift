import MailModel
import MailStore
import Synchronization
import Transport

/// Who is connected and who is signed in: one session an account (RFC 1939 §4's exclusive lock), and the way to end
/// connections from outside.
final class SessionRegistry: Sendable {
    struct Ticket: Hashable, Sendable {
        fileprivate let number: Int
    }

    enum Verdict: Sendable {
        case opened
        /// Another session has the account.
        case inUse
        /// The user has as many connections as allowed.
        case tooMany
    }

    private struct Entry {
        var closer: ConnectionCloser
        /// Whose credentials were shown on it last.
        var user: UserID?
        /// Whose session it is.
        var principal: Principal?
    }

    private struct State {
        var next = 0
        var entries: [Int: Entry] = [:]
        var accounts: Set<AccountID> = []
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Notes a connection; nil when the service is about to end.
    func enter(_ closer: ConnectionCloser) -> Ticket? {
        state.withLock { state in
            guard !state.isClosed else { return nil }
            state.next += 1
            state.entries[state.next] = Entry(closer: closer, principal: nil)
            return Ticket(number: state.next)
        }
    }

    /// Takes the account for this connection. A user has at most `limit` connections, with those that wait for the
    /// account.
    func signIn(_ principal: Principal, on ticket: Ticket, limit: Int) -> Verdict {
        state.withLock { state in
            state.entries[ticket.number]?.user = nil
            guard state.entries.values.count(where: { $0.user == principal.user }) < limit else { return .tooMany }
            state.entries[ticket.number]?.user = principal.user
            guard state.accounts.insert(principal.account).inserted else { return .inUse }
            state.entries[ticket.number]?.principal = principal
            return .opened
        }
    }

    /// Gives the account back; the connection stays.
    func signOut(_ ticket: Ticket) {
        state.withLock { state in
            guard let principal = state.entries[ticket.number]?.principal else { return }
            state.accounts.remove(principal.account)
            state.entries[ticket.number]?.principal = nil
        }
    }

    func leave(_ ticket: Ticket) {
        signOut(ticket)
        state.withLock { _ = $0.entries.removeValue(forKey: ticket.number) }
    }

    /// Closes the connections of whose credential ended.
    func end(_ revocation: Revocation) {
        let closers = state.withLock { state in
            state.entries.values.filter { $0.principal.map(revocation.covers) == true }.map(\.closer)
        }
        for closer in closers { closer.close() }
    }

    /// Closes every connection, and those that come from now on.
    func closeAll() {
        let closers = state.withLock { state in
            state.isClosed = true
            return state.entries.values.map(\.closer)
        }
        for closer in closers { closer.close() }
    }
}
