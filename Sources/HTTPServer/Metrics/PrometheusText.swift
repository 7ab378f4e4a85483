/// The lines of Prometheus' text format.
enum PrometheusText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// `label` as a metric's name: everything but letters, digits and underscores becomes an underscore.
    static func name(_ label: String) -> String {
        var name = String(label.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        if name.first?.isNumber ?? true { name = "_" + name }
        return name
    }

    static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.map { "\(name($0.0))=\"\(escaped($0.1))\"" }.joined(separator: ",")
    }

    static func type(_ name: String, of metric: MetricsRegistry.Metric) -> String {
        switch metric {
        case .counter: "# TYPE \(name) counter\n"
        case .gauge: "# TYPE \(name) gauge\n"
        case .histogram: "# TYPE \(name) histogram\n"
        }
    }

    static func samples(_ key: MetricsRegistry.Key, _ metric: MetricsRegistry.Metric) -> String {
        switch metric {
        case .counter(let metric), .gauge(let metric): return line(key.name, key.labels, number(metric.value))
        case .histogram(let metric): return samples(key, metric)
        }
    }

    private static func samples(_ key: MetricsRegistry.Key, _ metric: HistogramMetric) -> String {
        let snapshot = metric.snapshot
        let bounds = metric.bounds.map(number) + ["+Inf"]
        var text = ""
        for (bound, count) in zip(bounds, snapshot.counts) {
            let labels = key.labels.isEmpty ? "le=\"\(bound)\"" : "\(key.labels),le=\"\(bound)\""
            text += line("\(key.name)_bucket", labels, String(count))
        }
        text += line("\(key.name)_sum", key.labels, number(snapshot.sum))
        text += line("\(key.name)_count", key.labels, String(snapshot.counts.last ?? 0))
        return text
    }

    private static func line(_ name: String, _ labels: String, _ value: String) -> String {
        labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }

    private static func number(_ value: Double) -> String {
        if let whole = Int64(exactly: value) { return String(whole) }
        return value.description
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
