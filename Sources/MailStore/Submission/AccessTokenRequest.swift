package import MailModel

/// Somebody needs an access token of a maildrop's sign-in at a provider: what the service that keeps them is asked.
package struct AccessTokenWish: Hashable, Sendable {
    package let account: AccountID
    package let maildrop: MaildropID
}

package typealias AccessTokenRequest = Errand<AccessTokenWish, Secret>

extension MailStore {
    /// An access token that is good now, for a maildrop that signs in at a provider.
    ///
    /// - Throws: `closed` when no service polls in this process; what the provider says otherwise.
    package func accessToken(of maildrop: MaildropID, in account: AccountID) async throws(MailStoreError) -> Secret {
        try await AccessTokenRequest.ask(
            AccessTokenWish(account: account, maildrop: maildrop), through: accessTokenFeed,
            ifNobody: "No service asks for access tokens now.")
    }

    /// For the one service that keeps access tokens.
    package func accessTokenRequests() -> AsyncStream<AccessTokenRequest> { accessTokenFeed.listen() }
}
