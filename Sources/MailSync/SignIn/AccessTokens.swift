import MailModel
import MailStore
import OAuth2
import OutboundHTTP

/// Access tokens of maildrops, kept in memory only, and asked for once however many want them.
actor AccessTokens {
    struct Key: Hashable, Sendable {
        var account: AccountID
        var maildrop: MaildropID
    }

    /// A token to sign in with.
    struct Token: Sendable {
        var secret: Secret
        /// It was asked for just now: when the server refuses it, another one will not help.
        var isFresh: Bool
    }

    private struct Kept {
        var secret: Secret
        /// When it is time for another one.
        var until: Timestamp
        /// The refresh token it came from: after a new sign-in it is worth nothing.
        var grant: Secret
    }

    /// A token is renewed this long before it ends (one that lives shortly, at half its life), so that no session that
    /// begins with it sees it end.
    private static let margin: Duration = .seconds(300)

    private let http: any HTTPFetcher
    private let clock: @Sendable () -> Timestamp
    private var kept: [Key: Kept] = [:]
    private var underWay: [Key: Task<Token, any Error>] = [:]

    init(http: any HTTPFetcher, clock: @escaping @Sendable () -> Timestamp) {
        self.http = http
        self.clock = clock
    }

    /// The token for a maildrop: the one that is there while it is good, else a new one.
    ///
    /// `replaced` is called with a new refresh token, if one came, before the access token is given to anybody.
    func token(
        _ key: Key, _ grant: MaildropGrant, policy: AddressPolicy,
        replaced: @escaping @Sendable (_ new: Secret) async throws -> Void
    ) async throws(SyncFailure) -> Token {
        if let kept = kept[key], kept.until > clock(), kept.grant.isEqualInConstantTime(to: grant.refreshToken) {
            return Token(secret: kept.secret, isFresh: false)
        }
        let task = underWay[key] ?? Task { try await self.renew(key, grant, policy, replaced) }
        underWay[key] = task
        do {
            return try await task.value
        } catch {
            throw SyncFailure(signIn: error, provider: grant.provider)
        }
    }

    /// Drops a token that the server refused.
    func forget(_ key: Key) { kept[key] = nil }

    private func renew(
        _ key: Key, _ grant: MaildropGrant, _ policy: AddressPolicy,
        _ replaced: @Sendable (Secret) async throws -> Void
    ) async throws -> Token {
        defer { underWay[key] = nil }
        guard let endpoint = OutboundURL(grant.tokenEndpoint) else {
            throw OAuthError(.refusedClient, "The token endpoint of \(grant.provider) is no URL.")
        }
        let tokens = try await OAuthClient(http: http, policy: policy).refresh(
            grant.refreshToken, at: endpoint, clientID: grant.clientID, clientSecret: grant.clientSecret,
            scope: grant.scope, provider: grant.provider)
        if let new = tokens.refreshToken, !new.isEqualInConstantTime(to: grant.refreshToken) { try await replaced(new) }
        let usable = max(tokens.lifetime / 2, tokens.lifetime - Self.margin)
        kept[key] = Kept(
            secret: tokens.accessToken, until: clock().adding(usable),
            grant: tokens.refreshToken ?? grant.refreshToken)
        return Token(secret: tokens.accessToken, isFresh: true)
    }
}
