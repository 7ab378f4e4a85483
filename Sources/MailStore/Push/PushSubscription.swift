public import MailModel

/// Where a client wants to be told of changes (RFC 8620 §7.2), as far as anybody is told of it: neither where that is nor
/// with which keys.
public struct PushSubscription: Hashable, Sendable {
    public let id: PushSubscriptionID
    public let deviceClientID: String
    /// What the client has proven to have received; nil until then.
    public let verificationCode: String?
    /// Nil: with the session it belongs to.
    public let expiresAt: Timestamp?
    /// Names of types as the client gave them; nil for all.
    public let types: [String]?

    public var isVerified: Bool { verificationCode != nil }
}

/// A push subscription to be created.
public struct NewPushSubscription: Sendable {
    public var deviceClientID: String
    public var url: String
    public var keys: PushKeys?
    public var expiresAt: Timestamp?
    public var types: [String]?

    public init(
        deviceClientID: String, url: String, keys: PushKeys? = nil, expiresAt: Timestamp? = nil, types: [String]? = nil
    ) {
        self.deviceClientID = deviceClientID
        self.url = url
        self.keys = keys
        self.expiresAt = expiresAt
        self.types = types
    }
}

/// What a client changes of a push subscription.
public struct PushSubscriptionChange: Sendable {
    /// The code that the client has received, to be compared with the one that was sent.
    public var verificationCode: String?
    public var expiresAt: Timestamp?
    public var types: [String]?
    /// The account's state as it is now: what the client is taken to know when the subscription becomes a verified one.
    public var told: String?

    public init(verificationCode: String?, expiresAt: Timestamp?, types: [String]?, told: String?) {
        self.verificationCode = verificationCode
        self.expiresAt = expiresAt
        self.types = types
        self.told = told
    }
}

/// A push subscription as whoever pushes needs it.
package struct PushTarget: Sendable {
    package let id: PushSubscriptionID
    package let principal: Principal
    package let isVerified: Bool
    /// When the verification is to be sent; nil when it was, or may have been.
    package let verifyAt: Timestamp?
    /// How often the verification was tried.
    package let tries: Int
    package let expiresAt: Timestamp?
    package let types: [String]?
    /// The account's state that was pushed last, as far as it was written down.
    package let told: String?
}

package enum PushStage: Sendable {
    case unverified, verified
}

/// Where a push goes, and how it is encrypted.
package struct PushAddress: Sendable {
    package let url: String
    package let keys: PushKeys?
    package let verificationCode: String
}
