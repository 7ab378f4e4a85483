import JSON
import MailModel
import OutboundHTTP

/// A sign-in on another device with a code to type in (RFC 8628).
public struct DeviceSignIn: Sendable {
    /// What a person is told.
    public struct Prompt: Sendable, Equatable {
        public var userCode: String
        public var verificationURL: String
        /// The same with the code in it already.
        public var completeURL: String?
    }

    let client: OAuthClient
    let provider: OAuthProvider
    let clock: any Clock<Duration>

    public init(_ provider: OAuthProvider, client: OAuthClient, clock: any Clock<Duration> = ContinuousClock()) {
        self.provider = provider
        self.client = client
        self.clock = clock
    }

    /// Asks for a code, shows it, and waits until somebody has signed in with it or its time is over.
    public func run(show: (Prompt) -> Void) async throws(OAuthError) -> TokenSet {
        let begun = try await begin()
        show(begun.prompt)
        var interval = begun.interval
        var waited = Duration.zero
        while waited < begun.lifetime {
            try await sleep(interval)
            waited += interval
            let answer: TokenAnswer
            do throws(OAuthError) {
                answer = try await client.ask(provider.tokenEndpoint, parameters(begun.deviceCode))
            } catch {
                // RFC 8628 §3.5: a lost connection is no refusal; ask less often.
                guard error.code == .temporary else { throw error }
                interval = min(interval * 2, .seconds(60))
                continue
            }
            switch answer {
            case .tokens(let tokens): return tokens
            case .refused("authorization_pending", _): continue
            case .refused("slow_down", _): interval += .seconds(5)
            case .refused(let error, let description):
                throw OAuthClient.failure(error, description, provider.name)
            }
        }
        throw OAuthError(.expired, "Nobody signed in at \(provider.name) in time: begin again.")
    }

    private struct Begun {
        var deviceCode: String
        var prompt: Prompt
        var interval: Duration
        var lifetime: Duration
    }

    private func begin() async throws(OAuthError) -> Begun {
        guard let endpoint = provider.deviceEndpoint else {
            throw OAuthError(.refusedClient, "\(provider.name) has no sign-in with a code on another device.")
        }
        let response = try await client.post(endpoint, [("client_id", provider.clientID), ("scope", provider.scope)])
        guard let answer = TokenAnswer.object(response) else {
            throw OAuthError(
                response.status >= 500 ? .temporary : .malformed,
                "\(endpoint.host) gave no answer that can be understood (HTTP status \(response.status)).")
        }
        if let error = answer["error"]?.string {
            throw OAuthClient.failure(error, TokenAnswer.clean(answer["error_description"]?.string), provider.name)
        }
        // QUIRK: verification_url, as it was called before the RFC.
        guard let deviceCode = answer["device_code"]?.string, let userCode = answer["user_code"]?.string,
            let url = answer["verification_uri"]?.string ?? answer["verification_url"]?.string,
            deviceCode.utf8.count <= TokenAnswer.longestToken
        else { throw OAuthError(.malformed, "\(endpoint.host) gave no code to sign in with.") }
        let lifetime = min(TokenAnswer.lifetime(answer["expires_in"]), .seconds(3600))
        return Begun(
            deviceCode: deviceCode,
            prompt: Prompt(
                userCode: TokenAnswer.clean(userCode), verificationURL: TokenAnswer.clean(url),
                completeURL: answer["verification_uri_complete"]?.string.map { TokenAnswer.clean($0) }),
            interval: .seconds(min(max(answer["interval"]?.integer ?? 5, 1), 60)), lifetime: lifetime)
    }

    private func parameters(_ deviceCode: String) -> [(String, String)] {
        var parameters = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", deviceCode),
            ("client_id", provider.clientID),
        ]
        if let secret = provider.clientSecret { parameters.append(("client_secret", OAuthClient.text(secret))) }
        return parameters
    }

    private func sleep(_ duration: Duration) async throws(OAuthError) {
        do {
            try await clock.sleep(for: duration)
        } catch {
            throw OAuthError(.cancelled, "The sign-in was ended from our side.")
        }
    }
}
