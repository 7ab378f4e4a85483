import CoreMetrics
import MailModel
import MailStore

/// What polling tells the metrics.
struct SyncMetrics: Sendable {
    private let polls = Counter(label: "restante_polls_total", dimensions: [("result", "ok")])
    private let messages = Counter(label: "restante_fetched_messages_total")
    private let octets = Counter(label: "restante_fetched_octets_total")
    private let seconds = Timer(label: "restante_poll_seconds")
    private let running = Gauge(label: "restante_polls_running")

    func ended(_ result: MaildropPoller.Result) {
        if let failure = result.report.failure {
            Counter(label: "restante_polls_total", dimensions: [("result", failure.kind.rawValue)]).increment()
        } else {
            polls.increment()
        }
        messages.increment(by: result.report.fetched)
        octets.increment(by: result.report.fetchedOctets)
        seconds.recordNanoseconds(result.record.endedAt.since(result.record.beganAt).nanoseconds)
    }

    func running(_ count: Int) { running.record(count) }
}

extension Duration {
    fileprivate var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue &+ attoseconds / 1_000_000_000
    }
}
