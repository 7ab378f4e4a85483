import CoreMetrics
import Synchronization

/// A number that only grows, or one that goes up and down. One class serves every handler that is a single number.
final class NumberMetric: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler {
    private let number = Mutex(0.0)

    var value: Double { number.withLock { $0 } }

    func increment(by amount: Int64) { increment(by: Double(amount)) }
    func increment(by amount: Double) { number.withLock { $0 += amount } }
    func decrement(by amount: Double) { number.withLock { $0 -= amount } }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { number.withLock { $0 = value } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func reset() { set(0.0) }
}

/// How many of the values recorded lie under each of some bounds.
final class HistogramMetric: RecorderHandler, TimerHandler {
    struct Snapshot: Sendable {
        /// Values at most `bounds[i]`, and in the last place all.
        var counts: [UInt64]
        var sum: Double
    }

    /// Seconds, for durations; from well under a store read to a request that somebody gives up on.
    static let durationBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60]
    /// Octets and counts.
    static let sizeBounds: [Double] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000]

    let bounds: [Double]
    private let state: Mutex<Snapshot>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(Snapshot(counts: Array(repeating: 0, count: bounds.count + 1), sum: 0))
    }

    var snapshot: Snapshot { state.withLock { $0 } }

    func record(_ value: Int64) { record(Double(value)) }
    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1_000_000_000) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        state.withLock { state in
            state.sum += value
            for index in bounds.indices.reversed() where value <= bounds[index] { state.counts[index] += 1 }
            state.counts[bounds.count] += 1
        }
    }
}
