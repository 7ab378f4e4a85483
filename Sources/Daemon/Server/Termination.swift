import ServiceLifecycle
import Synchronization
import UnixSignals

/// SIGTERM and SIGINT from the first moment of a daemon on: one that comes while the daemon still starts ends it as
/// cleanly as one that comes later.
final class Termination: Sendable {
    private struct State {
        var isDue = false
        var waiting: [AsyncStream<Never>.Continuation] = []
    }

    private let state = Mutex(State())
    private let listening: Mutex<Task<Void, Never>?> = Mutex(nil)

    /// Begins to listen.
    init() async {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let task = Task { [weak self] in
            for await _ in signals { self?.arrive() }
        }
        listening.withLock { $0 = task }
    }

    deinit { listening.withLock { $0?.cancel() } }

    /// Whether the process has been told to end.
    var isDue: Bool { state.withLock { $0.isDue } }

    /// Returns when the process has been told to end, or when the task's services are told to.
    func wait() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        let isDue = state.withLock { state in
            if !state.isDue { state.waiting.append(continuation) }
            return state.isDue
        }
        if isDue { continuation.finish() }
        for await _ in stream.cancelOnGracefulShutdown() {}
    }

    private func arrive() {
        let waiting = state.withLock { state in
            state.isDue = true
            defer { state.waiting = [] }
            return state.waiting
        }
        waiting.forEach { $0.finish() }
    }
}

/// Ends a group of services once the process is told to end.
struct TerminationService: Service {
    let termination: Termination

    func run() async { await termination.wait() }
}
