import CoreMetrics
import HTTPServer
import Testing

@Suite struct MetricsRegistryTests {
    @Test func whatIsCountedIsWrittenOnceForEachSetOfLabels() {
        let registry = MetricsRegistry()
        let dimensions = [("route", "api"), ("status", "200")]
        Counter(label: "restante.requests", dimensions: dimensions, factory: registry).increment(by: 2)
        Counter(label: "restante.requests", dimensions: dimensions, factory: registry).increment()
        Counter(label: "restante.requests", dimensions: [("route", "a\"\\\n")], factory: registry).increment()
        #expect(
            registry.prometheusText() == """
                # TYPE restante_requests counter
                restante_requests{route="a\\"\\\\\\n"} 1
                restante_requests{route="api",status="200"} 3

                """)
    }

    @Test func durationsAreSecondsInAHistogram() {
        let registry = MetricsRegistry()
        let timer = Timer(label: "seconds", dimensions: [("route", "api")], factory: registry)
        timer.recordNanoseconds(Int64(3_000_000))
        timer.recordNanoseconds(Int64(120_000_000_000))
        let text = registry.prometheusText()
        #expect(text.contains("seconds_bucket{route=\"api\",le=\"0.0025\"} 0\n"))
        #expect(text.contains("seconds_bucket{route=\"api\",le=\"0.005\"} 1\n"))
        #expect(text.contains("seconds_bucket{route=\"api\",le=\"60\"} 1\n"))
        #expect(text.contains("seconds_bucket{route=\"api\",le=\"+Inf\"} 2\n"))
        #expect(text.contains("seconds_sum{route=\"api\"} 120.003\n"))
        #expect(text.contains("seconds_count{route=\"api\"} 2\n"))
    }

    @Test func aGaugeGoesUpAndDown() {
        let registry = MetricsRegistry()
        let meter = Meter(label: "open", dimensions: [], factory: registry)
        meter.increment(by: 3.0)
        meter.decrement(by: 1.0)
        #expect(registry.prometheusText() == "# TYPE open gauge\nopen 2\n")
    }

    @Test func oneNameCannotBeTwoKinds() {
        let registry = MetricsRegistry()
        Counter(label: "x", dimensions: [], factory: registry).increment()
        Meter(label: "x", dimensions: [], factory: registry).set(7)
        #expect(registry.prometheusText() == "# TYPE x counter\nx 1\n")
    }
}
