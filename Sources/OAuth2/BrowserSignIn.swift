public import Logging
import MailModel
import OutboundHTTP
import Transport

/// A sign-in with a browser on this machine, which is sent back to a port of the loopback interface (RFC 8252 §7.3),
/// with proof that code and exchange belong together (RFC 7636).
public struct BrowserSignIn: Sendable {
    let client: OAuthClient
    let provider: OAuthProvider
    let logger: Logger
    let patience: Duration

    /// How long to wait for the browser: `patience`.
    public init(
        _ provider: OAuthProvider, client: OAuthClient, logger: Logger, patience: Duration = .seconds(600)
    ) {
        self.provider = provider
        self.client = client
        self.logger = logger
        self.patience = patience
    }

    /// Shows the page to open, waits until the browser comes back, and takes the tokens.
    ///
    /// `show` gets the URL and the port that the browser comes back to.
    public func run(show: @Sendable (_ url: String, _ port: Int) -> Void) async throws(OAuthError) -> TokenSet {
        guard let endpoint = provider.authorizationEndpoint else {
            throw OAuthError(.refusedClient, "\(provider.name) has no sign-in with a browser.")
        }
        let (pkce, state) = (PKCE(), Base64URL.encode(PKCE.randomOctets(16)))
        let receiver: RedirectReceiver
        do {
            receiver = try await RedirectReceiver(state: state, logger: logger)
        } catch {
            throw OAuthError(.temporary, error.message)
        }
        let redirect = "http://127.0.0.1:\(receiver.port)/"
        let parameters =
            [
                ("response_type", "code"), ("client_id", provider.clientID), ("redirect_uri", redirect),
                ("scope", provider.scope), ("state", state), ("code_challenge", pkce.challenge),
                ("code_challenge_method", "S256"),
            ] + provider.extraParameters.map { ($0.name, $0.value) }
        guard let url = endpoint.adding(parameters.map { (name: $0.0, value: $0.1) }) else {
            _ = await receiver.wait(atMost: .zero)
            throw OAuthError(.refusedClient, "The authorization endpoint of \(provider.name) is no URL.")
        }
        show(url.description, receiver.port)
        switch await receiver.wait(atMost: patience) {
        case .code(let code)?:
            return try await client.exchange(code: code, verifier: pkce.verifier, redirect: redirect, provider)
        case .refused(let error, let description)?:
            throw OAuthClient.failure(error, description, provider.name)
        case nil:
            throw OAuthError(.expired, "Nobody signed in at \(provider.name) in time: begin again.")
        }
    }
}
