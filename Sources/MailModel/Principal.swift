/// What a user may do beside reading and writing the own account.
public enum UserRole: String, Sendable, CaseIterable {
    case administrator, member
}

/// Who is asking: the only way to an account. Made by the store when a credential was proven, by nobody else's word.
public struct Principal: Hashable, Sendable {
    public let user: UserID
    public let userName: String
    public let role: UserRole
    public let account: AccountID
    /// The device whose secret was shown; nil for the command line.
    public let device: DeviceID?

    public init(user: UserID, userName: String, role: UserRole, account: AccountID, device: DeviceID?) {
        self.user = user
        self.userName = userName
        self.role = role
        self.account = account
        self.device = device
    }
}
