import MailModel
import MailStore

extension Method {
    /// RFC 8621 §4.2. What a list shows comes from the emails' rows straight to the answer; messages are opened only for
    /// headers and bodies.
    static let emailGet = Method(
        "Email/get", .mail,
        .read { call, reader in
            try call.takeAccountID()
            let requested = try RequestedIDs<EmailID>(&call)
            let selection = try EmailSelection(&call.arguments)
            try call.check(selection)
            try call.arguments.end()
            let emails = try reader.emails(requested.ids ?? reader.allEmailIDs(call.limits))
            try call.writeGet(emails, requested: requested, state: reader.state(of: .email), id: \.id) {
                try EmailWriter.write($0, selection, reader, &$1)
            }
        })
}

extension AccountReader {
    /// Every email's id, if there are not more than a call may ask for.
    fileprivate func allEmailIDs(_ limits: Limits.JMAP) throws -> [EmailID] {
        let ids = try query(EmailQuery(limit: limits.objectsInGet + 1)).ids
        try RequestedIDs<EmailID>.check(ids.count, limits)
        return ids
    }
}
