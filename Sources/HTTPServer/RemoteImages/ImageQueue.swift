import MailModel
import Synchronization

/// Lets an account fetch a few images at once; the others of a page wait for their turn, up to a number.
final class ImageQueue: Sendable {
    private struct Line {
        var running = 0
        var waiting: [(id: Int, turn: CheckedContinuation<Bool, Never>)] = []
        var isEmpty: Bool { running == 0 && waiting.isEmpty }
    }

    private struct State {
        var lines: [AccountID: Line] = [:]
        var last = 0
    }

    private let state = Mutex(State())
    private let limits: Limits.RemoteImages

    init(limits: Limits.RemoteImages) { self.limits = limits }

    /// Runs `body` when it is its turn; nil when too many wait already, or when nobody waits for the result any more.
    func run<Result: Sendable>(
        for account: AccountID, _ body: () async throws -> Result
    ) async rethrows -> Result? {
        guard await enter(account) else { return nil }
        defer { leave(account) }
        return try await body()
    }

    /// How many of an account wait for their turn.
    func waiting(for account: AccountID) -> Int { state.withLock { $0.lines[account]?.waiting.count ?? 0 } }

    private enum Entry { case now, later, never }

    private func enter(_ account: AccountID) async -> Bool {
        let id = state.withLock { state in
            state.last += 1
            return state.last
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { turn in
                switch queue(account, id, turn) {
                case .now: turn.resume(returning: true)
                case .never: turn.resume(returning: false)
                case .later: break
                }
            }
        } onCancel: {
            giveUp(account, id)
        }
    }

    private func queue(_ account: AccountID, _ id: Int, _ turn: CheckedContinuation<Bool, Never>) -> Entry {
        state.withLock { state in
            var line = state.lines[account] ?? Line()
            defer { state.lines[account] = line.isEmpty ? nil : line }
            if Task.isCancelled { return .never }
            if line.running < limits.concurrent {
                line.running += 1
                return .now
            }
            guard line.waiting.count < limits.waiting else { return .never }
            line.waiting.append((id, turn))
            return .later
        }
    }

    private func giveUp(_ account: AccountID, _ id: Int) {
        let turn = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard let index = state.lines[account]?.waiting.firstIndex(where: { $0.id == id }) else { return nil }
            return state.lines[account]?.waiting.remove(at: index).turn
        }
        turn?.resume(returning: false)
    }

    /// The place goes to whoever has waited longest.
    private func leave(_ account: AccountID) {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard var line = state.lines[account] else { return nil }
            defer { state.lines[account] = line.isEmpty ? nil : line }
            guard line.waiting.isEmpty else { return line.waiting.removeFirst().turn }
            line.running -= 1
            return nil
        }
        next?.resume(returning: true)
    }
}
