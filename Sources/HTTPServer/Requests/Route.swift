import HTTPTypes
import MailModel

/// What a request's path names. Reading it is the whole of our routing: a path that is none of these is nowhere.
enum Route: Hashable, Sendable {
    /// The web client's page, or for whoever asks for no page what runs here, for people.
    case front
    /// A file of the web client, under the version that it belongs to. Both still percent-encoded: none of ours needs it.
    case clientFile(version: String, path: String)
    /// A file of the web client that has an address of its own.
    case namedFile(String)
    /// RFC 8620 §2; also at `/.well-known/jmap` (§2.2), answered there without a redirect because some clients lose
    /// their credentials on the way.
    case session
    /// RFC 8620 §3.1.
    case api
    /// RFC 8620 §6.1.
    case upload(account: String)
    /// RFC 8620 §6.2. The name may be empty.
    case download(account: String, blob: String, name: String)
    /// RFC 8620 §7.3.
    case eventSource
    /// An image of the web, for whoever reads the message that shows it. Both still percent-encoded: ours need no encoding.
    case remoteImage(signature: String, url: String)
    /// Where people sign in to a browser, and out of it.
    case webSession
    /// Where people sign in to a browser with a passkey, and what that begins with.
    case passkey, passkeyChallenge
    /// Where the first user is made.
    case setup
    /// The process answers.
    case live
    /// The store answers, and nobody has asked the server to stop.
    case ready
    case metrics

    private static let fixed: [String: Route] = [
        "/": .front, "/.well-known/jmap": .session, "/jmap/session": .session, "/jmap/api": .api,
        "/jmap/eventsource": .eventSource, "/auth/session": .webSession, "/auth/setup": .setup,
        "/auth/passkey": .passkey,
        "/auth/passkey/challenge": .passkeyChallenge, "/livez": .live,
        "/readyz": .ready,
        "/metrics": .metrics,
    ]

    /// What browsers want to find under one name, whatever the version.
    private static let named: [String: Route] = [
        "/sw.js": .namedFile("sw.js"), "/manifest.webmanifest": .namedFile("manifest.webmanifest"),
        "/favicon.svg": .namedFile("favicon.svg"),
    ]

    /// `path` is a request's path without its query, still percent-encoded. One slash more at the end is forgiven.
    init?(path: String) {
        if let fixed = Self.fixed[path] ?? (path.last == "/" ? Self.fixed[String(path.dropLast())] : nil) {
            self = fixed
            return
        }
        if let named = Self.named[path] ?? Self.clientFile(path) ?? Self.remoteImage(path) {
            self = named
            return
        }
        guard path.first == "/" else { return nil }
        var segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
            .map { PercentCoding.decodedText($0) }
        guard segments.count >= 3, segments.removeFirst() == "jmap" else { return nil }
        switch (segments.removeFirst(), segments.count) {
        case ("upload", 1): self = .upload(account: segments[0])
        case ("upload", 2) where segments[1].isEmpty: self = .upload(account: segments[0])
        case ("download", 2): self = .download(account: segments[0], blob: segments[1], name: "")
        case ("download", 3): self = .download(account: segments[0], blob: segments[1], name: segments[2])
        default: return nil
        }
    }

    private static func clientFile(_ path: String) -> Route? {
        guard path.hasPrefix("/web/") else { return nil }
        let parts = path.dropFirst(5).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        return .clientFile(version: String(parts[0]), path: parts.count > 1 ? String(parts[1]) : "")
    }

    private static func remoteImage(_ path: String) -> Route? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].isEmpty, parts[1] == "proxy" else { return nil }
        return .remoteImage(signature: String(parts[2]), url: String(parts[3]))
    }

    /// The methods it answers. Some clients read the session at the API's address.
    var methods: [HTTPRequest.Method] {
        switch self {
        case .front, .clientFile, .namedFile, .session, .download, .remoteImage, .live, .ready, .metrics:
            [.get, .head]
        case .api, .eventSource, .setup, .passkey: [.post, .get, .head]
        case .webSession: [.post, .delete]
        case .upload, .passkeyChallenge: [.post]
        }
    }

    /// A short word for metrics: never a path, which a client chooses.
    var label: String {
        switch self {
        case .front: "front"
        case .clientFile, .namedFile: "web"
        case .session: "session"
        case .api: "api"
        case .upload: "upload"
        case .download: "download"
        case .eventSource: "eventsource"
        case .remoteImage: "proxy"
        case .webSession: "websession"
        case .passkey, .passkeyChallenge: "passkey"
        case .setup: "setup"
        case .live: "livez"
        case .ready: "readyz"
        case .metrics: "metrics"
        }
    }
}
