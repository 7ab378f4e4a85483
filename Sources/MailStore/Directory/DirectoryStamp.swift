import Synchronization

/// How many writes restante.db has seen in this process, which alone writes it: what was read of it holds as long as the
/// stamp is what it was before that was read.
public struct DirectoryStamp: Hashable, Sendable {
    fileprivate let writes: Int
}

/// Counts the writes of restante.db. A write is counted when it is durable and before whoever asked for it hears of it.
final class DirectoryWrites: Sendable {
    private let count = Atomic(0)

    var stamp: DirectoryStamp { DirectoryStamp(writes: count.load(ordering: .acquiring)) }

    func countOne() { count.wrappingAdd(1, ordering: .acquiringAndReleasing) }
}
