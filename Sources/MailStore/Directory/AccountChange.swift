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
    /// The user was removed, and every device with them.
    case user(UserID)
}
