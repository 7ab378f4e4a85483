import MailModel
import MailStore

extension Method {
    /// docs/jmap-rules.md; RFC 8620 §5.1.
    static let mailRuleGet = Method(
        "MailRule/get", .rules,
        .read { call, reader in
            try call.takeAccountID()
            let requested = try RequestedIDs<MailRuleID>(&call)
            let properties = try call.arguments.takeProperties(MailRuleProperty.self)
            try call.arguments.end()
            let rules = try reader.mailRules(requested.ids)
            try RequestedIDs<MailRuleID>.check(rules.count, call.limits)
            try call.writeGet(rules, requested: requested, state: reader.state(of: .mailRule), id: \.id) {
                $0.write(properties, &$1)
            }
        })

    /// RFC 8620 §5.2.
    static let mailRuleChanges = changes("MailRule/changes", .rules, of: .mailRule, as: MailRuleID.self)
}
