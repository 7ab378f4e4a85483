public import MailModel

/// What one committed change, or several merged, did to an account: the new state of every type that changed.
public struct AccountChange: Hashable, Sendable {
    public let account: AccountID
    public private(set) var states: [DataType: StateToken]

    public init(account: AccountID, states: [DataType: StateToken]) {
        self.account = account
        self.states = states
    }

    /// Takes a later change of the same account into this one: the later state of each type stays.
    public mutating func merge(_ later: AccountChange) {
        states.merge(later.states) { _, new in new }
    }
}

/// A credential that is no longer one: whatever was opened with it ends now.
public enum Revocation: Hashable, Sendable {
    case device(DeviceID)
    /// Somebody signed out of a browser, or the session was revoked or has expired.
    case session(SessionID)
    /// The user was removed, with every device and session, or may not sign in any more.
    case user(UserID)

    /// Whether what `principal` opened ends with it.
    public func covers(_ principal: Principal) -> Bool {
        switch self {
        case .device(let device): principal.device == device
        case .session(let session): principal.session == session
        case .user(let user): principal.user == user
        }
    }
}
