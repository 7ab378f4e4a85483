import MailStore
import POP3

/// What a server asks for between two sign-ins (LOGIN-DELAY, RFC 2449 §6.5), as far as it is kept.
struct LoginDelay: Equatable, Sendable {
    /// As announced.
    let announced: Duration
    /// The pause that is kept: a server that asks for more, by mistake or malice, is polled once a day all the same.
    var kept: Duration { max(.zero, min(announced, PaceFloors.longest)) }

    /// Nil when the server asks for nothing.
    init?(_ capabilities: Capabilities?) {
        guard let seconds = capabilities?.loginDelay?.seconds else { return nil }
        announced = .seconds(seconds)
    }

    /// What people should know of it; nil when the maildrop is polled no more often anyway.
    func notice(interval: Duration) -> MaildropNotice? {
        guard kept > interval else { return nil }
        var text = "The server wants \(announced.components.seconds) seconds between sign-ins (LOGIN-DELAY), "
        text +=
            kept == announced
            ? "so it is polled no more often than that."
            : "which is too much: it is polled every \(kept.components.seconds) seconds."
        return MaildropNotice(type: "loginDelay", description: text)
    }
}
