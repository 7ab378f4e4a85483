import JSON
public import MailModel
import OutboundHTTP

/// An access token, and what came with it (RFC 6749 §5.1).
public struct TokenSet: Sendable {
    public var accessToken: Secret
    /// How long the access token is good for; an hour when the provider does not say.
    public var lifetime: Duration
    /// A new refresh token: the old one may be worth nothing from now on (RFC 6749 §6).
    public var refreshToken: Secret?
}

/// What an authorization server answers at its token endpoint.
enum TokenAnswer {
    case tokens(TokenSet)
    /// An error code (RFC 6749 §5.2, RFC 8628 §3.5) with the provider's own words.
    case refused(String, description: String)

    /// Limits of what is taken from an answer: octets of a token, characters of a provider's words.
    static let longestToken = 16_384
    static let longestDescription = 300

    init(_ response: OutboundResponse, from host: String) throws(OAuthError) {
        guard let answer = Self.object(response) else {
            throw OAuthError(
                response.status >= 500 || response.status == 429 ? .temporary : .malformed,
                "\(host) gave no answer that can be understood (HTTP status \(response.status)).")
        }
        if let error = answer["error"]?.string {
            self = .refused(error, description: Self.clean(answer["error_description"]?.string))
            return
        }
        guard (200..<300).contains(response.status) else {
            throw OAuthError(
                response.status >= 500 || response.status == 429 ? .temporary : .refusedClient,
                "\(host) refused with HTTP status \(response.status) and without a reason.")
        }
        guard let token = answer["access_token"]?.string.flatMap(Self.token),
            answer["token_type"]?.string?.lowercased() ?? "bearer" == "bearer"
        else { throw OAuthError(.malformed, "\(host) gave no bearer token.") }
        self = .tokens(
            TokenSet(
                accessToken: token, lifetime: Self.lifetime(answer["expires_in"]),
                refreshToken: answer["refresh_token"]?.string.flatMap(Self.token)))
    }

    /// A token goes into a SASL message, where control characters separate fields, and into storage.
    static func token(_ text: String) -> Secret? {
        let octets = Array(text.utf8)
        guard (1...longestToken).contains(octets.count), octets.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            return nil
        }
        return Secret(bytes: octets)
    }

    /// QUIRK: some servers send the number as a string.
    static func lifetime(_ value: JSONValue?) -> Duration {
        let seconds = value?.integer ?? value?.string.flatMap { Int64($0) } ?? 3600
        return .seconds(min(max(seconds, 0), 365 * 86_400))
    }

    static func object(_ response: OutboundResponse) -> JSONObject? {
        (try? JSONParser.parse(response.body, limits: .init(octets: response.body.count, depth: 16)))?.object
    }

    /// A provider's words for people: short, and without control characters.
    static func clean(_ text: String?) -> String {
        let scalars = (text ?? "").unicodeScalars.prefix(longestDescription).map { scalar in
            scalar.properties.generalCategory == .control ? " " : scalar
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
