import JSON
import MailModel
import MailStore

extension Method {
    /// The POP3 accounts that are polled into an account (our own capability); RFC 8620 §5.1.
    static let maildropGet = Method(
        "Maildrop/get", .maildrop,
        .read { call, reader in
            try call.takeAccountID()
            let requested = try RequestedIDs<MaildropID>(&call)
            let properties = try call.arguments.takeMaildropProperties()
            try call.arguments.end()
            let all = try reader.maildrops()
            let maildrops = requested.select(all, id: \.id)
            try RequestedIDs<MaildropID>.check(maildrops.count, call.limits)
            try call.writeGet(maildrops, requested: requested, state: reader.state(of: .maildrop), id: \.id) {
                $0.write(properties, &$1)
            }
        })
}

extension Arguments {
    /// A password that is asked for is forbidden, not unknown, as RFC 8620 §7.2.1 has it for the keys of subscriptions.
    fileprivate mutating func takeMaildropProperties() throws -> [MaildropProperty] {
        if try peekStrings("properties")?.contains("password") == true {
            throw MethodError(.forbidden, "A maildrop's password can be set and never read; hasPassword tells of it.")
        }
        return try takeProperties(MaildropProperty.self)
    }
}
