import Synchronization

/// Numbers the messages of a spool, from 1.
final class MessageCounter: Sendable {
    private let value = Mutex(0)

    func next() -> Int {
        value.withLock { value in
            value += 1
            return value
        }
    }
}
