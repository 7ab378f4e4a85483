import MailModel
import MailStore

extension Method {
    /// RFC 8621 §6.1.
    static let identityGet = Method(
        "Identity/get", .mail,
        .read { call, reader in
            try call.takeAccountID()
            let requested = try RequestedIDs<IdentityID>(&call)
            let properties = try call.arguments.takeProperties(IdentityProperty.self)
            try call.arguments.end()
            let identities = try reader.identities(requested.ids)
            try call.writeGet(identities, requested: requested, state: reader.state(of: .identity), id: \.id) {
                $0.write(properties, &$1)
            }
        })

    /// RFC 8621 §6.2.
    static let identityChanges = changes("Identity/changes", .mail, of: .identity, as: IdentityID.self)
}
