import MailModel
import MailStore
import POP3

extension MaildropPoller {
    /// The access token of a maildrop's sign-in, for who sends its mail: one that is kept, else a new one.
    func accessToken(_ wish: AccessTokenWish) async -> Swift.Result<Secret, MailStoreError> {
        do {
            let account = try await store.account(wish.account)
            let policy = try await store.addressPolicy(of: wish.account)
            let id = wish.maildrop
            guard let maildrop = try await account.read({ try $0.maildrop(id) }) else {
                return .failure(MailStoreError.notFound("maildrop \(id)"))
            }
            let kept = try await account.read { try KeptSecret($0, id) }
            guard case .grant = kept else {
                return .failure(MailStoreError(.badKey, "The maildrop does not sign in at a provider."))
            }
            return .success(try await signIn(maildrop, account, policy, kept).credential.secret)
        } catch {
            return .failure(MailStoreError(.badKey, SyncFailure(error).description, cause: error))
        }
    }
}
