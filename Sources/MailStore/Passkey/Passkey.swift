public import MailModel
public import WebAuthn

/// A credential on a device or in a password manager with which a user signs a browser in, in place of the password.
public struct Passkey: Hashable, Sendable {
    public let id: PasskeyID
    public let user: UserID
    public let name: String
    public let createdAt: Timestamp
    /// When somebody last signed in with it.
    public let lastUsedAt: Timestamp?
}

/// What happens to a user's passkeys when the password becomes another one.
public enum PasskeyFate: Sendable {
    /// Their person changes the password and sees beside it which there are.
    case kept
    /// Somebody else sets it, who takes an account back: what the one before has added goes.
    case removed
}

/// A passkey that somebody is about to add: what is known before they have proven to be the user.
public struct PasskeyDraft: Sendable {
    public let relyingParty: RelyingParty
    /// What authenticators are to know the user by: 32 random octets.
    public let userHandle: [UInt8]
    /// Credentials that the user has there already, by their authenticators' names for them.
    public let known: [[UInt8]]
    let user: UserID
    let credential: Principal.Credential
    /// The password at that time: once there is another one, nothing is added that was begun before.
    let passwordHash: [UInt8]
}

/// A passkey's row.
struct PasskeyRow: Sendable {
    static let columns = "passkey.id, passkey.user, passkey.name, passkey.createdAt, passkey.lastUsedAt"

    let passkey: Passkey

    init(_ row: borrowing SQLRow) {
        passkey = Passkey(
            id: PasskeyID(rawValue: row.int(0)), user: UserID(rawValue: row.int(1)), name: row.text(2),
            createdAt: Timestamp(milliseconds: row.int(3)),
            lastUsedAt: row.optionalInt(4).map(Timestamp.init(milliseconds:)))
    }
}
