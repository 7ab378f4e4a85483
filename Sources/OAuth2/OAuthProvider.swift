public import MailModel
public import OutboundHTTP

/// One authorization server, and who we are to it.
public struct OAuthProvider: Sendable {
    /// `google`, `microsoft`, or the name in a file.
    public var name: String
    /// Where a person signs in with a browser (RFC 6749 §3.1); nil: only with a code on another device.
    public var authorizationEndpoint: OutboundURL?
    /// Where a sign-in on another device begins (RFC 8628 §3.1); nil: only with a browser on this machine.
    public var deviceEndpoint: OutboundURL?
    public var tokenEndpoint: OutboundURL
    public var clientID: String
    public var clientSecret: Secret?
    public var scopes: [String]
    /// More parameters of the authorization request, which some providers want before they give a refresh token.
    public var extraParameters: [(name: String, value: String)] = []
    /// The provider's POP3 server, for when nobody names one.
    public var popHost: String?

    public init(
        name: String, authorizationEndpoint: OutboundURL?, deviceEndpoint: OutboundURL?, tokenEndpoint: OutboundURL,
        clientID: String, clientSecret: Secret? = nil, scopes: [String]
    ) {
        self.name = name
        self.authorizationEndpoint = authorizationEndpoint
        self.deviceEndpoint = deviceEndpoint
        self.tokenEndpoint = tokenEndpoint
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.scopes = scopes
    }

    var scope: String { scopes.joined(separator: " ") }
}

extension OAuthProvider {
    /// Google: a browser on this machine, because its sign-in on another device does not give the scope for mail.
    public static func google(clientID: String, clientSecret: Secret?) -> OAuthProvider? {
        guard let authorization = OutboundURL("https://accounts.google.com/o/oauth2/v2/auth"),
            let token = OutboundURL("https://oauth2.googleapis.com/token")
        else { return nil }
        var provider = OAuthProvider(
            name: "google", authorizationEndpoint: authorization, deviceEndpoint: nil, tokenEndpoint: token,
            clientID: clientID, clientSecret: clientSecret, scopes: ["https://mail.google.com/"])
        provider.extraParameters = [("access_type", "offline"), ("prompt", "consent")]
        provider.popHost = "pop.gmail.com"
        return provider
    }

    /// Microsoft: personal and organisations' accounts, a code on another device or a browser here.
    public static func microsoft(clientID: String) -> OAuthProvider? {
        let base = "https://login.microsoftonline.com/common/oauth2/v2.0/"
        guard let authorization = OutboundURL(base + "authorize"), let device = OutboundURL(base + "devicecode"),
            let token = OutboundURL(base + "token")
        else { return nil }
        var provider = OAuthProvider(
            name: "microsoft", authorizationEndpoint: authorization, deviceEndpoint: device, tokenEndpoint: token,
            clientID: clientID, scopes: ["https://outlook.office.com/POP.AccessAsUser.All", "offline_access"])
        provider.popHost = "outlook.office365.com"
        return provider
    }
}
