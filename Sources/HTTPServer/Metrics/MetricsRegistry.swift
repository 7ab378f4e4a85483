public import CoreMetrics
import Synchronization

/// Keeps what the program counts and measures (swift-metrics) and writes it as Prometheus reads it: the text format
/// 0.0.4 of `/metrics`. Counters are totals, durations are seconds in a histogram.
public final class MetricsRegistry: MetricsFactory {
    enum Metric {
        case counter(NumberMetric)
        case gauge(NumberMetric)
        case histogram(HistogramMetric)
    }

    struct Key: Hashable {
        let name: String
        /// As it stands between the braces.
        let labels: String
    }

    /// Different metrics that are kept; what comes later is counted nowhere, so that nobody can grow it without end.
    static let maximumCount = 5_000

    private let metrics = Mutex<[Key: Metric]>([:])

    public init() {}

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(label, dimensions)
    }

    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        counter(label, dimensions)
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions)
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        aggregate ? histogram(label, dimensions, HistogramMetric.sizeBounds) : gauge(label, dimensions)
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions, HistogramMetric.durationBounds)
    }

    // A metric outlives who counted in it: a total that begins again would look like a restart.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    private func counter(_ label: String, _ dimensions: [(String, String)]) -> NumberMetric {
        let fresh = NumberMetric()
        guard case .counter(let kept) = keep(.counter(fresh), label, dimensions) else { return fresh }
        return kept
    }

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> NumberMetric {
        let fresh = NumberMetric()
        guard case .gauge(let kept) = keep(.gauge(fresh), label, dimensions) else { return fresh }
        return kept
    }

    private func histogram(
        _ label: String, _ dimensions: [(String, String)], _ bounds: [Double]
    ) -> HistogramMetric {
        let fresh = HistogramMetric(bounds: bounds)
        guard case .histogram(let kept) = keep(.histogram(fresh), label, dimensions) else { return fresh }
        return kept
    }

    /// The metric that is already kept under this name and labels; else `fresh`, kept if there is room.
    private func keep(_ fresh: Metric, _ label: String, _ dimensions: [(String, String)]) -> Metric {
        let key = Key(name: PrometheusText.name(label), labels: PrometheusText.labels(dimensions))
        return metrics.withLock { metrics in
            if let kept = metrics[key] { return kept }
            if metrics.count < Self.maximumCount { metrics[key] = fresh }
            return fresh
        }
    }

    /// The body of an answer to `/metrics`.
    public func prometheusText() -> String {
        let sorted = metrics.withLock { $0 }.sorted { one, other in
            (one.key.name, one.key.labels) < (other.key.name, other.key.labels)
        }
        var text = ""
        var lastName: String?
        for (key, metric) in sorted {
            if key.name != lastName { text += PrometheusText.type(key.name, of: metric) }
            lastName = key.name
            text += PrometheusText.samples(key, metric)
        }
        return text
    }
}
