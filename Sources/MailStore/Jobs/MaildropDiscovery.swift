package import MailModel

/// What was found out about the POP3 server of a mail address.
public struct MaildropDiscovery: Hashable, Sendable {
    /// One thing that was looked at: by which way, where, and what came of it.
    public struct Step: Hashable, Sendable {
        public var source: String
        public var place: String
        public var outcome: String

        public init(source: String, place: String, outcome: String) {
            self.source = source
            self.place = place
            self.outcome = outcome
        }
    }

    /// A server that may be the one.
    public struct Suggestion: Hashable, Sendable {
        public var host: String
        public var port: Int
        public var security: MaildropSecurity
        public var username: String
        /// By which way it was found: `folder`, `autoconfig`, `srv`, `database` or `guess`.
        public var source: String
        /// The provider wants an OAuth sign-in, and takes no password.
        public var wantsOAuth: Bool

        public init(
            host: String, port: Int, security: MaildropSecurity, username: String, source: String, wantsOAuth: Bool
        ) {
            self.host = host
            self.port = port
            self.security = security
            self.username = username
            self.source = source
            self.wantsOAuth = wantsOAuth
        }
    }

    public var steps: [Step] = []
    /// The best first, whether they answer or not.
    public var suggestions: [Suggestion] = []
    /// The best that answered and proved who it is.
    public var chosen: Suggestion?
    /// The submission server that goes with it, if one is named. It was not tried.
    public var submission: Suggestion?

    public init(
        steps: [Step] = [], suggestions: [Suggestion] = [], chosen: Suggestion? = nil, submission: Suggestion? = nil
    ) {
        self.steps = steps
        self.suggestions = suggestions
        self.chosen = chosen
        self.submission = submission
    }
}

/// An address whose server somebody looks for.
package struct DiscoveryQuestion: Sendable {
    package let account: AccountID
    package let address: String
}

package typealias DiscoveryErrand = Errand<DiscoveryQuestion, MaildropDiscovery>

extension MailStore {
    /// Looks for the POP3 server of an address, on behalf of the account's user.
    ///
    /// - Throws: `closed` when nobody looks in this process; `invalidProperty("address")` for what is no address.
    package func discover(
        _ address: String, for account: AccountID
    ) async throws(MailStoreError) -> MaildropDiscovery {
        try await DiscoveryErrand.ask(
            DiscoveryQuestion(account: account, address: address), through: discoveryFeed,
            ifNobody: "Nobody looks for servers now.")
    }

    /// For whoever looks for servers.
    package func discoveries() -> AsyncStream<DiscoveryErrand> { discoveryFeed.listen() }
}
