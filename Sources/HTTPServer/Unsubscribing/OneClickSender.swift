public import JMAP
public import MailModel
public import OutboundHTTP
import Synchronization

/// Tells lists by HTTPS that somebody leaves them, once (RFC 8058 §3.2). It sends to what a stranger named, so it goes to the
/// public web only, and says nothing of who leaves that the address does not say.
public final class OneClickSender: OneClickUnsubscriber {
    /// Requests of one account in an hour.
    static let mostInAnHour = 60
    private static let body = "List-Unsubscribe=One-Click"
    /// What servers answer with is not looked at; a page that says so fits.
    private static let largestAnswer = 1 << 20

    private struct Hour {
        var start: Timestamp
        var requests = 0
    }

    private let fetcher: any HTTPFetcher
    private let policy: AddressPolicy
    private let time: Duration
    private let clock: @Sendable () -> Timestamp
    private let hours = Mutex<[AccountID: Hour]>([:])

    public convenience init(fetcher: any HTTPFetcher, clock: @escaping @Sendable () -> Timestamp) {
        self.init(fetcher: fetcher, policy: .publicWeb, clock: clock)
    }

    /// `policy` is replaced by tests, whose servers are on this machine, and `time`, which all of a request may take.
    init(
        fetcher: any HTTPFetcher, policy: AddressPolicy, time: Duration = .seconds(20),
        clock: @escaping @Sendable () -> Timestamp
    ) {
        self.fetcher = fetcher
        self.policy = policy
        self.time = time
        self.clock = clock
    }

    public func host(of address: String) -> String? { Self.url(address)?.host }

    private static func url(_ address: String) -> OutboundURL? {
        guard let url = OutboundURL(String(address.prefix { $0 != "#" })), url.scheme == .https else { return nil }
        return url
    }

    public func unsubscribe(at address: String, for account: AccountID) async -> OneClickOutcome {
        guard let url = Self.url(address), policy.refusal(ofHost: url.host, port: url.port) == nil else {
            return .addressNotAllowed
        }
        guard mayAsk(account) else { return .tooMany }
        var request = OutboundRequest(
            .post, url, policy: policy, largestAnswer: Self.largestAnswer, timeout: time, redirects: 0)
        request.headers = [("Content-Type", "application/x-www-form-urlencoded")]
        request.body = Array(Self.body.utf8)
        do {
            return Self.outcome(of: try await fetcher.send(request).status, url.host)
        } catch {
            switch error.code {
            case .addressNotAllowed: return .addressNotAllowed
            case .unknownHost, .unreachable, .timeout, .certificate, .tooLarge, .redirect, .malformed, .cancelled:
                return .failed(error.message, status: nil)
            }
        }
    }

    private static func outcome(of status: Int, _ host: String) -> OneClickOutcome {
        switch status {
        case 200..<300: .unsubscribed
        case 300..<400: .failed("\(host) sends on to elsewhere instead of unsubscribing.", status: status)
        default: .failed("\(host) refused, with status \(status).", status: status)
        }
    }

    private func mayAsk(_ account: AccountID) -> Bool {
        let now = clock()
        return hours.withLock { hours in
            var hour = hours[account] ?? Hour(start: now)
            if now < hour.start || now >= hour.start.adding(seconds: 3600) { hour = Hour(start: now) }
            guard hour.requests < Self.mostInAnHour else { return false }
            hour.requests += 1
            hours[account] = hour
            return true
        }
    }
}
