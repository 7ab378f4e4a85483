public import MailModel

/// Settings to be tested, saved or not, and what signs in with them.
public struct MaildropTrial: Sendable {
    public enum Credential: Sendable {
        case nothing
        case given(Secret)
        /// What the maildrop of this id has: its password, or its sign-in at a provider.
        case kept(MaildropID)
    }

    public var settings: MaildropSettings
    public var credential: Credential
    /// For `submission`, where it has a credential of its own.
    public var sending: Credential

    public init(_ settings: MaildropSettings, _ credential: Credential, sending: Credential = .nothing) {
        self.settings = settings
        self.credential = credential
        self.sending = sending
    }

    /// The saved maildrop, when it is one.
    package var maildrop: MaildropID? {
        if case .kept(let id) = credential { id } else { nil }
    }
}

/// A trial in an account.
package struct TrialQuestion: Sendable {
    package let account: AccountID
    package let trial: MaildropTrial
}

package typealias TrialErrand = Errand<TrialQuestion, MaildropTestReport>

extension MailStore {
    /// Tries settings at their POP3 server, and fetches nothing.
    ///
    /// - Throws: `closed` when no service polls in this process; `tooSoon`.
    package func tryPOP3(
        _ trial: MaildropTrial, in account: AccountID
    ) async throws(MailStoreError) -> MaildropTestReport {
        try await TrialErrand.ask(
            TrialQuestion(account: account, trial: trial), through: trialFeed,
            ifNobody: "No service polls maildrops now.")
    }

    /// Tries the settings' submission server, and sends nothing.
    ///
    /// - Throws: `closed` when no service sends in this process.
    package func trySending(
        _ trial: MaildropTrial, in account: AccountID
    ) async throws(MailStoreError) -> MaildropTestReport {
        try await TrialErrand.ask(
            TrialQuestion(account: account, trial: trial), through: sendingTrialFeed,
            ifNobody: "No service sends mail now.")
    }

    /// For the service that polls.
    package func trials() -> AsyncStream<TrialErrand> { trialFeed.listen() }

    /// For the service that sends.
    package func sendingTrials() -> AsyncStream<TrialErrand> { sendingTrialFeed.listen() }
}
