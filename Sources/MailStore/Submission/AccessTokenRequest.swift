package import MailModel

/// Somebody needs an access token of a maildrop's sign-in at a provider. The service that polls keeps them; it takes
/// these from `MailStore.accessTokenRequests()` and answers each once.
package struct AccessTokenRequest: Sendable {
    package let account: AccountID
    package let maildrop: MaildropID
    private let reply: Reply<Secret>

    package func answer(_ answer: Result<Secret, MailStoreError>) { reply.send(answer) }

    init(account: AccountID, maildrop: MaildropID, reply: Reply<Secret>) {
        self.account = account
        self.maildrop = maildrop
        self.reply = reply
    }
}

extension MailStore {
    /// An access token that is good now, for a maildrop that signs in at a provider.
    ///
    /// - Throws: `closed` when no service polls in this process; what the provider says otherwise.
    package func accessToken(of maildrop: MaildropID, in account: AccountID) async throws(MailStoreError) -> Secret {
        let feed = accessTokenFeed
        return try await Reply.await(orElse: "No service asks for access tokens now.") { reply in
            feed.send(AccessTokenRequest(account: account, maildrop: maildrop, reply: reply))
        }
    }

    /// For the one service that keeps access tokens.
    package func accessTokenRequests() -> AsyncStream<AccessTokenRequest> { accessTokenFeed.listen() }
}
