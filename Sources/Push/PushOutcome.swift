import MailModel
import OutboundHTTP

/// What became of one push.
enum PushOutcome: Hashable, Sendable {
    case delivered
    /// The push service says that they are too many; it may say until when to be quiet.
    case tooMany(after: Duration?)
    /// It failed in a way that may pass; it may be said when. `isCertain`: the message was not delivered for sure.
    case failed(after: Duration?, isCertain: Bool)
    /// Nothing will ever be delivered there.
    case gone
    /// The subscription ended meanwhile: nothing was sent.
    case ended

    /// How long a push service can have us wait.
    static let longestRetryAfter = 86_400

    /// Reads an answer (RFC 8030 §5, §8.4; RFC 9110 §10.2.3). Redirects are not followed: a subscription's address is the
    /// one that its client gave.
    init(_ response: OutboundResponse, at now: Timestamp) {
        let after = response.header("retry-after").flatMap { Self.pause($0, now) }
        switch response.status {
        case 200..<300: self = .delivered
        case 404, 410: self = .gone
        case 429: self = .tooMany(after: after)
        default: self = .failed(after: after, isCertain: true)
        }
    }

    init(_ error: OutboundHTTPError) {
        switch error.code {
        case .addressNotAllowed: self = .gone
        case .unknownHost, .unreachable, .certificate: self = .failed(after: nil, isCertain: true)
        case .timeout, .tooLarge, .redirect, .malformed, .cancelled: self = .failed(after: nil, isCertain: false)
        }
    }

    /// Seconds, or a date; nil for neither, as for a date that has passed: the own pauses do.
    private static func pause(_ text: String, _ now: Timestamp) -> Duration? {
        if let date = HTTPDate.parse(text, now: now) {
            let pause = date.since(now)
            return pause > .zero ? min(pause, .seconds(longestRetryAfter)) : nil
        }
        guard text.utf8.count <= 10, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int(text)
        else {
            return nil
        }
        return .seconds(min(seconds, longestRetryAfter))
    }

    /// For metrics.
    var label: String {
        switch self {
        case .delivered: "delivered"
        case .tooMany: "tooMany"
        case .failed: "failed"
        case .gone: "gone"
        case .ended: "ended"
        }
    }
}
