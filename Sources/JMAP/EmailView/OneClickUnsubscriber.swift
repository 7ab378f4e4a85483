public import MailModel

/// Tells a list's server that somebody leaves the list (RFC 8058).
///
/// Whoever speaks HTTP to others does it. The address is a stranger's: it may be the public web's only.
public protocol OneClickUnsubscriber: Sendable {
    /// The host that is told; nil for an address that nothing is sent to.
    ///
    /// - Parameter address: begins with `https://`; the rest is as a message has it.
    func host(of address: String) -> String?

    /// Sends the request of RFC 8058 §3.2 and waits for the answer, a bounded time.
    func unsubscribe(at address: String, for account: AccountID) async -> OneClickOutcome
}

/// What came of it.
public enum OneClickOutcome: Hashable, Sendable {
    case unsubscribed
    /// The address is not on the public web.
    case addressNotAllowed
    /// The account has asked too often.
    case tooMany
    /// Why it was not taken: a sentence, and the status that the server answered with, if it answered.
    case failed(String, status: Int?)
}

/// Nobody tells lists anything: no message offers it then.
public struct NoOneClick: OneClickUnsubscriber {
    public init() {}
    public func host(of address: String) -> String? { nil }
    public func unsubscribe(at address: String, for account: AccountID) async -> OneClickOutcome {
        .failed("This process sends nothing to other servers.", status: nil)
    }
}
