import GRDB
public import MailModel

extension MailStore {
    /// Where maildrops of users of each role may be.
    public var addressPolicies: AddressPolicies { options.addressPolicies }

    /// Where an account's maildrops may be: what its user's role allows. An account that nobody has may do as little as
    /// a member's.
    public func addressPolicy(of account: AccountID) async throws(MailStoreError) -> AddressPolicy {
        let role = try await database.read { database in
            try database.first(
                "SELECT role FROM user JOIN account ON account.user = user.id WHERE account.id = ?",
                .int(account.rawValue)
            ) { $0.text(0) }
        }
        return addressPolicies[role.flatMap(UserRole.init(rawValue:)) ?? .member]
    }
}

extension MaildropSettings {
    /// Refuses what can be refused before any name is resolved; whoever connects asks again about the addresses.
    ///
    /// - Throws: `invalidProperty`.
    public func check(against policy: AddressPolicy) throws(MailStoreError) {
        switch policy.refusal(ofHost: host, port: port) {
        case nil: return
        case .address?: throw MailStoreError(.invalidProperty("host"), AddressPolicy.Refusal.address.sentence)
        case .port?: throw MailStoreError(.invalidProperty("port"), AddressPolicy.Refusal.port.sentence)
        }
    }
}
