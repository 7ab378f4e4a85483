public import MailModel
public import OutboundHTTP

/// Asks a token endpoint (RFC 6749 §3.2).
public struct OAuthClient: Sendable {
    let http: any HTTPFetcher
    let policy: AddressPolicy

    /// `policy` says which hosts may be asked, beyond those of the public Internet.
    public init(http: any HTTPFetcher, policy: AddressPolicy) {
        self.http = http
        self.policy = policy.forHTTPS
    }

    /// A new access token for a refresh token (RFC 6749 §6). `provider` is only a name for people.
    public func refresh(
        _ refreshToken: Secret, at endpoint: OutboundURL, clientID: String, clientSecret: Secret?, scope: String,
        provider: String
    ) async throws(OAuthError) -> TokenSet {
        var parameters = [
            ("grant_type", "refresh_token"), ("refresh_token", Self.text(refreshToken)), ("client_id", clientID),
        ]
        if let clientSecret { parameters.append(("client_secret", Self.text(clientSecret))) }
        if !scope.isEmpty { parameters.append(("scope", scope)) }
        switch try await ask(endpoint, parameters) {
        case .tokens(let tokens):
            return tokens
        case .refused(let error, let description):
            throw Self.failure(error, description, provider)
        }
    }

    /// The tokens for a code that a browser brought back (RFC 6749 §4.1.3, RFC 7636 §4.5).
    func exchange(
        code: String, verifier: String, redirect: String, _ provider: OAuthProvider
    ) async throws(OAuthError) -> TokenSet {
        var parameters = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect),
            ("client_id", provider.clientID), ("code_verifier", verifier),
        ]
        if let secret = provider.clientSecret { parameters.append(("client_secret", Self.text(secret))) }
        switch try await ask(provider.tokenEndpoint, parameters) {
        case .tokens(let tokens):
            return tokens
        case .refused(let error, let description):
            throw Self.failure(error, description, provider.name)
        }
    }

    func ask(
        _ endpoint: OutboundURL, _ parameters: [(String, String)]
    ) async throws(OAuthError) -> TokenAnswer {
        try TokenAnswer(try await post(endpoint, parameters), from: endpoint.host)
    }

    func post(
        _ endpoint: OutboundURL, _ parameters: [(String, String)]
    ) async throws(OAuthError) -> OutboundResponse {
        guard endpoint.scheme == .https || endpoint.isLoopback else {
            throw OAuthError(.refusedClient, "Tokens are asked for over https only, and \(endpoint.host) is not.")
        }
        var request = OutboundRequest(.post, endpoint, policy: policy, largestAnswer: 64 * 1024)
        request.headers = [
            ("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json"),
        ]
        request.body = Array(FormCoding.encode(parameters.map { (name: $0.0, value: $0.1) }).utf8)
        do {
            return try await http.send(request)
        } catch {
            throw OAuthError(error)
        }
    }

    static func text(_ secret: Secret) -> String { secret.withBytes { String(decoding: $0, as: UTF8.self) } }

    /// What an error code means for a person.
    static func failure(_ error: String, _ description: String, _ provider: String) -> OAuthError {
        let said = description.isEmpty ? "" : " The provider says: \(description)"
        switch error {
        case "invalid_grant", "interaction_required", "consent_required", "login_required":
            return OAuthError(
                .signInNeeded, "The sign-in at \(provider) has expired or was revoked: sign in again.\(said)")
        case "access_denied", "authorization_declined":
            return OAuthError(.signInNeeded, "The sign-in at \(provider) was refused by whoever answered it.\(said)")
        case "expired_token":
            return OAuthError(.expired, "Nobody signed in at \(provider) in time: begin again.")
        case "temporarily_unavailable", "server_error":
            return OAuthError(.temporary, "\(provider) can't give tokens at the moment.\(said)")
        default:
            return OAuthError(
                .refusedClient,
                "\(provider) does not accept this client (\(TokenAnswer.clean(error))): check client id, client secret"
                    + " and scopes.\(said)")
        }
    }
}
