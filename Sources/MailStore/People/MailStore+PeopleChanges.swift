public import MailModel

extension MailStore {
    /// The states of User, Device, Session and Passkey as an account sees them; they belong to this process.
    public func userState(of account: AccountID) -> StateToken { people.state(.user, of: account) }
    public func deviceState(of account: AccountID) -> StateToken { people.state(.device, of: account) }
    public func sessionState(of account: AccountID) -> StateToken { people.state(.session, of: account) }
    public func passkeyState(of account: AccountID) -> StateToken { people.state(.passkey, of: account) }

    /// - Throws: `cannotCalculateChanges` for a state of another process, or of another role.
    public func userChanges(
        of account: AccountID, since: StateToken, max: Int? = nil
    ) throws(MailStoreError) -> Changes<UserID> {
        try people.userChanges(of: account, since: since, max: max)
    }

    /// - Throws: `cannotCalculateChanges`, as `userChanges`.
    public func deviceChanges(
        of account: AccountID, since: StateToken, max: Int? = nil
    ) throws(MailStoreError) -> Changes<DeviceID> {
        try people.deviceChanges(of: account, since: since, max: max)
    }

    /// - Throws: `cannotCalculateChanges`, as `userChanges`.
    public func sessionChanges(
        of account: AccountID, since: StateToken, max: Int? = nil
    ) throws(MailStoreError) -> Changes<SessionID> {
        try people.sessionChanges(of: account, since: since, max: max)
    }

    /// - Throws: `cannotCalculateChanges`, as `userChanges`.
    public func passkeyChanges(
        of account: AccountID, since: StateToken, max: Int? = nil
    ) throws(MailStoreError) -> Changes<PasskeyID> {
        try people.passkeyChanges(of: account, since: since, max: max)
    }

    /// Tells those who may see it: the user it is about, and administrators. After the commit; what could not be told for a
    /// trouble of the disk's is seen by whoever asks.
    func tell(_ events: [PeopleEvent], about user: UserID) async {
        guard !events.isEmpty else { return }
        let viewers = try? await database.read { database in
            try database.all(
                """
                SELECT account.id FROM account JOIN user ON user.id = account.user
                WHERE account.removing = 0 AND (user.id = ? OR user.role = 'administrator')
                """, .int(user.rawValue)
            ) { AccountID(rawValue: $0.int(0)) }
        }
        for event in events { people.note(event, for: viewers ?? []) }
    }
}
