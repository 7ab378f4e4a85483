import Synchronization

/// Who may write next. One at a time; devices before ingest, each in the order of asking.
final class WriteQueue: Sendable {
    enum Lane {
        case device
        case ingest
    }

    /// After so many device writes in a row a waiting batch gets its turn: mail arrives even when a device never rests.
    static let devicesInARow = 32

    private struct State {
        var isBusy = false
        var devices: [CheckedContinuation<Void, Never>] = []
        var ingests: [CheckedContinuation<Void, Never>] = []
        var passed = 0
    }

    private let state = Mutex(State())

    /// How many wait for their turn.
    var waiting: Int { state.withLock { $0.devices.count + $0.ingests.count } }

    /// Waits for the turn. It must be given back by `release`, whatever happens.
    func acquire(_ lane: Lane) async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.isBusy else {
                    state.isBusy = true
                    return true
                }
                switch lane {
                case .device: state.devices.append(continuation)
                case .ingest: state.ingests.append(continuation)
                }
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    func release() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            let isIngestsTurn = state.devices.isEmpty || state.passed >= Self.devicesInARow
            if isIngestsTurn, !state.ingests.isEmpty {
                state.passed = 0
                return state.ingests.removeFirst()
            }
            guard !state.devices.isEmpty else {
                state.isBusy = false
                return nil
            }
            state.passed += state.ingests.isEmpty ? 0 : 1
            return state.devices.removeFirst()
        }
        next?.resume()
    }
}
