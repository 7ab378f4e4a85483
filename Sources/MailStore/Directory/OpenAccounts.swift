import Logging
import MailModel
import Synchronization

/// The accounts that are open now. One `Account` an account at any time: a second would be a second writer.
///
/// Past the limit, accounts that nobody holds are closed, the longest unused first. One that somebody holds stays open,
/// whatever the limit.
final class OpenAccounts: Sendable {
    private enum Slot: Sendable {
        case opening(Task<Account, any Error>)
        case open(Account, used: UInt64)
        case closing(Task<Void, Never>)
    }

    private struct State {
        var slots: [AccountID: Slot] = [:]
        var clock: UInt64 = 0
        var isClosed = false
    }

    private enum Step {
        case have(Account)
        case wait(Task<Account, any Error>)
        case retry(Task<Void, Never>)
        case refuse
    }

    private let limit: Int
    private let open: @Sendable (AccountID) async throws -> Account
    private let close: @Sendable (Account) async -> Void
    private let state = Mutex(State())

    init(
        limit: Int, open: @escaping @Sendable (AccountID) async throws -> Account,
        close: @escaping @Sendable (Account) async -> Void
    ) {
        self.limit = limit
        self.open = open
        self.close = close
    }

    /// The open account, opened if need be. Those who ask while it is being opened wait for the same opening.
    func account(_ id: AccountID) async throws(MailStoreError) -> Account {
        while true {
            switch next(id) {
            case .have(let account):
                return account
            case .retry(let closing):
                await closing.value
            case .refuse:
                throw MailStoreError(.closed, "The store is closed.")
            case .wait(let opening):
                do { return try await opening.value } catch { throw MailStoreError(database: error) }
            }
        }
    }

    private func next(_ id: AccountID) -> Step {
        state.withLock { state in
            guard !state.isClosed else { return .refuse }
            switch state.slots[id] {
            case .open(let account, _):
                state.clock += 1
                state.slots[id] = .open(account, used: state.clock)
                return .have(account)
            case .opening(let task):
                return .wait(task)
            case .closing(let task):
                return .retry(task)
            case nil:
                let task = Task { try await self.opened(id) }
                state.slots[id] = .opening(task)
                return .wait(task)
            }
        }
    }

    private func opened(_ id: AccountID) async throws -> Account {
        do {
            let account = try await open(id)
            state.withLock { state in
                state.clock += 1
                state.slots[id] = .open(account, used: state.clock)
            }
            makeRoom()
            return account
        } catch {
            state.withLock { $0.slots[id] = nil }
            throw error
        }
    }

    /// Begins to close what is over the limit and held by nobody.
    private func makeRoom() {
        state.withLock { state in
            let open = state.slots.compactMap { id, slot -> (id: AccountID, used: UInt64)? in
                guard case .open(_, let used) = slot else { return nil }
                return (id, used)
            }
            var excess = open.count - limit
            for (id, _) in open.sorted(by: { $0.used < $1.used }) where excess > 0 {
                if Self.beginClosing(id, in: &state, onlyIfUnused: true, with: self) != nil { excess -= 1 }
            }
        }
    }

    /// Closes one account, whoever holds it, and waits for it; nothing if it is not open.
    func evict(_ id: AccountID) async {
        while true {
            let task: (opening: Task<Account, any Error>?, closing: Task<Void, Never>?) = state.withLock { state in
                switch state.slots[id] {
                case .opening(let task): (task, nil)
                case .closing(let task): (nil, task)
                case .open: (nil, Self.beginClosing(id, in: &state, onlyIfUnused: false, with: self))
                case nil: (nil, nil)
                }
            }
            guard let opening = task.opening else {
                await task.closing?.value
                return
            }
            _ = try? await opening.value
        }
    }

    private static func beginClosing(
        _ id: AccountID, in state: inout State, onlyIfUnused: Bool, with accounts: OpenAccounts
    ) -> Task<Void, Never>? {
        guard case .open(var account, let used) = state.slots.removeValue(forKey: id) else { return nil }
        if onlyIfUnused, !isKnownUniquelyReferenced(&account) {
            state.slots[id] = .open(account, used: used)
            return nil
        }
        let closed = account
        let task = Task {
            await accounts.close(closed)
            accounts.state.withLock { $0.slots[id] = nil }
        }
        state.slots[id] = .closing(task)
        return task
    }

    /// Closes everything and lets nothing be opened again.
    func closeAll() async {
        let ids = state.withLock { state in
            state.isClosed = true
            return Array(state.slots.keys)
        }
        for id in ids { await evict(id) }
    }

    var openCount: Int { state.withLock { $0.slots.count } }
}
