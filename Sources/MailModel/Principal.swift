/// What a user may do beside reading and writing the own account.
public enum UserRole: String, Sendable, CaseIterable {
    case administrator, member
}

/// Who is asking: the only way to an account. Made by the store when a credential was proven, by nobody else's word.
public struct Principal: Hashable, Sendable {
    /// What proved who somebody is.
    public enum Credential: Hashable, Sendable {
        /// A device's secret.
        case device(DeviceID)
        /// The cookie of a browser in which somebody signed in with a password.
        case session(SessionID)
        /// Whoever may run commands on the data directory.
        case commandLine
    }

    public let user: UserID
    public let userName: String
    public let role: UserRole
    public let account: AccountID
    public let credential: Credential

    public init(user: UserID, userName: String, role: UserRole, account: AccountID, credential: Credential) {
        self.user = user
        self.userName = userName
        self.role = role
        self.account = account
        self.credential = credential
    }

    /// The same with a device's credential, or with the command line's.
    public init(user: UserID, userName: String, role: UserRole, account: AccountID, device: DeviceID?) {
        self.init(
            user: user, userName: userName, role: role, account: account,
            credential: device.map { .device($0) } ?? .commandLine)
    }

    /// The device whose secret was shown; nil for browsers and the command line.
    public var device: DeviceID? {
        guard case .device(let device) = credential else { return nil }
        return device
    }

    /// The session whose cookie was shown; nil for devices and the command line.
    public var session: SessionID? {
        guard case .session(let session) = credential else { return nil }
        return session
    }
}
