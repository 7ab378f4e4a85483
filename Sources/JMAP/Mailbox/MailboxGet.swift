import MailModel
import MailStore

extension Method {
    /// RFC 8621 §2.1.
    static let mailboxGet = Method(
        "Mailbox/get", .mail,
        .read { call, reader in
            try call.takeAccountID()
            let requested = try RequestedIDs<MailboxID>(&call)
            let properties = try call.arguments.takeProperties(MailboxProperty.self)
            try call.arguments.end()
            let mailboxes = try reader.mailboxes(requested.ids)
            try RequestedIDs<MailboxID>.check(mailboxes.count, call.limits)
            try call.writeGet(mailboxes, requested: requested, state: reader.state(of: .mailbox), id: \.id) {
                $0.write(properties, &$1)
            }
        })
}
