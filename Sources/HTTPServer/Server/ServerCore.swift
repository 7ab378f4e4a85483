import CoreMetrics
import JMAP
import Logging
import MailModel
import MailStore
import NIOCore
import OutboundHTTP
import Synchronization
import WebClient

/// What every listener's answers are made of.
final class ServerCore: Sendable {
    let store: MailStore
    let jmap: JMAPServer
    let configuration: HTTPServerConfiguration
    let metrics: MetricsRegistry
    let logger: Logger
    let hub: EventHub
    let gate: RequestGate
    let signIn: SignIn
    let webClient: WebClient
    let images: ImageProxy
    /// From then on `/readyz` says no.
    private let isStopping = Mutex(false)

    init(
        store: MailStore, jmap: JMAPServer, configuration: HTTPServerConfiguration, fetcher: any HTTPFetcher,
        metrics: MetricsRegistry, logger: Logger
    ) {
        self.store = store
        self.jmap = jmap
        self.configuration = configuration
        self.metrics = metrics
        self.logger = logger
        let open = Meter(label: "restante_event_sources", dimensions: [], factory: metrics)
        hub = EventHub(limits: configuration.limits.eventSource) { open.set($0) }
        gate = RequestGate(limits: configuration.limits.jmap)
        signIn = SignIn(
            store: store, tickets: EventTickets(life: configuration.times.ticket),
            heldAnswers: configuration.bounds.heldAnswers,
            failures: Counter(label: "restante_sign_in_failures_total", dimensions: [("way", "http")], factory: metrics)
        )
        images = ImageProxy(fetcher: fetcher, limits: configuration.limits.remoteImages)
        webClient = WebClient(
            folder: configuration.webClientFolder, prefix: configuration.publicURL?.prefix ?? "")
        open.set(0)
    }

    var isReady: Bool { !isStopping.withLock { $0 } }

    /// Ends what would not end by itself.
    func stop() {
        isStopping.withLock { $0 = true }
        hub.endAll()
    }

    /// Counts one answer and the time until its first octet.
    func answered(_ route: Route?, _ status: Int, after duration: Duration) {
        let label = route?.label ?? "nowhere"
        Counter(
            label: "restante_http_requests_total", dimensions: [("route", label), ("status", String(status))],
            factory: metrics
        ).increment()
        Timer(label: "restante_http_request_seconds", dimensions: [("route", label)], factory: metrics)
            .recordNanoseconds(TimeAmount(duration).nanoseconds)
    }
}
