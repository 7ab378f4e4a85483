public import MailModel

/// What proves to a server who we are.
public enum Credential: Sendable {
    case password(Secret)
    /// An OAuth 2.0 access token that is valid now (RFC 6750): what it takes to get another is not the protocol's matter.
    case accessToken(Secret)

    /// What must stay between us and the server.
    public var secret: Secret {
        switch self {
        case .password(let secret), .accessToken(let secret): secret
        }
    }

    /// For sentences: what a person would call it.
    var name: String {
        switch self {
        case .password: "password"
        case .accessToken: "access token"
        }
    }
}
