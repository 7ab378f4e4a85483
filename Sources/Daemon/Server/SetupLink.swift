import Foundation
import HTTPServer
import Logging
import MailModel
import MailStore
import ServiceLifecycle
import Synchronization

/// Where people find the web client, once the listeners are open.
final class PageAddress: Sendable {
    private let known = Mutex<String?>(nil)

    /// Nil before anything listens.
    var text: String? { known.withLock { $0 } }

    /// What is configured, else what listens: https if it has an address that one can go to, else this machine's own.
    func settle(_ settings: Settings, ports: [Int]) {
        let isHTTPOn = !settings.http.listen.isOff
        let http = isHTTPOn ? ports.first : nil
        let https = settings.https.listen.isOff ? nil : ports.last
        let text: String? =
            if let base = BaseURL(settings.publicURL) {
                base.description
            } else if let https, http == nil || !Self.isAny(settings.https.listen.host) {
                "https://" + Self.reachable(settings.https.listen.host, https)
            } else if let http {
                "http://" + Self.reachable(settings.http.listen.host, http)
            } else {
                nil
            }
        known.withLock { $0 = text }
    }

    /// The link with which the first user is made. The token stands behind the number sign: what stands there is never sent,
    /// and so in no log.
    func link(_ token: Secret) -> String? {
        text.map { $0 + "/#/setup/" + token.withBytes { String(decoding: $0, as: UTF8.self) } }
    }

    private static func isAny(_ host: String) -> Bool { host == "0.0.0.0" || host == "::" }

    private static func reachable(_ host: String, _ port: Int) -> String {
        ListenAddress(host: isAny(host) ? (host == "::" ? "::1" : "127.0.0.1") : host, port: port).description
    }
}

/// Says how the first user is made for as long as there is none: at the start, and again whenever the link is too old.
struct SetupService: Service {
    let store: MailStore
    let settings: Settings
    let page: PageAddress
    let http: HTTPServer
    let say: @Sendable (String) -> Void
    let logger: Logger

    func run() async throws {
        page.settle(settings, ports: await http.addresses().map(\.port))
        try? await cancelWhenGracefulShutdown {
            while await announce() { try await Task.sleep(for: MailStore.setupTokenLife) }
        }
        try? await gracefulShutdown()
    }

    /// Whether there may be something to say later.
    private func announce() async -> Bool {
        do {
            guard page.text != nil, let token = try await store.makeSetupToken(), let link = page.link(token) else {
                return false
            }
            // Not a word of it in the log, which others may read.
            say("No user yet: set up at \(link) (valid for an hour)")
        } catch {
            logger.error("No link for the set-up could be made", metadata: ["error": "\(error)"])
        }
        return true
    }
}
