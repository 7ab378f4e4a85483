package import MailModel
import Synchronization

/// Somebody needs an access token of a maildrop's sign-in at a provider. The service that polls keeps them; it takes
/// these from `MailStore.accessTokenRequests()` and answers each once.
package struct AccessTokenRequest: Sendable {
    package let account: AccountID
    package let maildrop: MaildropID
    private let reply: Reply

    package func answer(_ answer: Result<Secret, MailStoreError>) { reply.send(answer) }

    init(account: AccountID, maildrop: MaildropID, reply: Reply) {
        self.account = account
        self.maildrop = maildrop
        self.reply = reply
    }

    /// Resumes whoever asked, exactly once: with the answer, or when the last copy of the request is gone.
    final class Reply: Sendable {
        typealias Answer = Result<Secret, MailStoreError>
        private let waiting: Mutex<CheckedContinuation<Answer, Never>?>

        init(_ continuation: CheckedContinuation<Answer, Never>) { waiting = Mutex(continuation) }

        func send(_ answer: Answer) {
            waiting.withLock { waiting in
                defer { waiting = nil }
                return waiting
            }?.resume(returning: answer)
        }

        deinit { send(.failure(MailStoreError(.closed, "No service asks for access tokens now."))) }
    }
}

extension MailStore {
    /// An access token that is good now, for a maildrop that signs in at a provider.
    ///
    /// - Throws: `closed` when no service polls in this process; what the provider says otherwise.
    package func accessToken(of maildrop: MaildropID, in account: AccountID) async throws(MailStoreError) -> Secret {
        let feed = accessTokenFeed
        let answer = await withCheckedContinuation { continuation in
            feed.send(AccessTokenRequest(account: account, maildrop: maildrop, reply: .init(continuation)))
        }
        return try answer.get()
    }

    /// For the one service that keeps access tokens.
    package func accessTokenRequests() -> AsyncStream<AccessTokenRequest> { accessTokenFeed.listen() }
}
