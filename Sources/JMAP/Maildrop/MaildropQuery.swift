import JSON
import MailModel
import MailStore

extension Method {
    /// RFC 8620 §5.5. Filters: `name` and `host` (contained, case does not matter), `mailboxId`, `enabled`. Sorts: `name`,
    /// `host`; else by id.
    static let maildropQuery = Method(
        "Maildrop/query", .maildrop,
        .read { call, reader in
            let arguments = try QueryArguments(&call)
            try call.arguments.end()
            let filter = try arguments.filter.map { try Filter($0, MaildropCondition.init) }
            let precedes = try order(arguments.sort)
            let found = try reader.maildrops()
                .filter { maildrop in filter?.matches { $0.isMet(by: maildrop.settings) } ?? true }
                .sorted(by: precedes)
            try call.writeQuery(
                QueryWindow(found.map(\.id), arguments), arguments, state: reader.state(of: .maildrop),
                .byAskingAgain)
        })

    private static func order(
        _ comparators: [QueryArguments.Comparator]
    ) throws -> (Maildrop, Maildrop) -> Bool {
        let keys = try comparators.map { comparator -> (key: (Maildrop) -> String, isAscending: Bool) in
            switch comparator.property {
            case "name": ({ comparator.collation.key($0.settings.name) }, comparator.isAscending)
            case "host": ({ comparator.collation.key($0.settings.host) }, comparator.isAscending)
            default:
                throw MethodError(
                    .unsupportedSort, "Maildrops are not sorted by \((comparator.property ?? "").quoted).")
            }
        }
        return { one, other in
            for (key, isAscending) in keys where key(one) != key(other) {
                return (key(one) < key(other)) == isAscending
            }
            return one.id < other.id
        }
    }
}

/// The members that are set must all hold.
private struct MaildropCondition {
    private var name: String?
    private var host: String?
    private var mailboxID: String?
    private var enabled: Bool?

    init(_ object: JSONObject) throws {
        for member in object.members {
            let isValid: Bool
            switch member.key {
            case "name":
                name = member.value.string.map { Collation.unicodeCasemap.key($0) }
                isValid = name != nil
            case "host":
                host = member.value.string?.lowercased()
                isValid = host != nil
            case "mailboxId":
                mailboxID = member.value.string
                isValid = mailboxID != nil
            case "enabled":
                enabled = member.value.bool
                isValid = enabled != nil
            default:
                throw MethodError.invalidArguments("Maildrops have no filter \(member.key.quoted).")
            }
            guard isValid else {
                throw MethodError.invalidArguments("The filter \(member.key) has a value of the wrong type.")
            }
        }
    }

    func isMet(by settings: MaildropSettings) -> Bool {
        if let name, !name.isEmpty, !Collation.unicodeCasemap.key(settings.name).contains(name) { return false }
        if let host, !host.isEmpty, !settings.host.contains(host) { return false }
        if let mailboxID, mailboxID != settings.mailbox.description { return false }
        return enabled == nil || enabled == settings.enabled
    }
}
