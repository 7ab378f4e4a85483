import JSON
import MailModel
import MailStore

extension Method {
    /// RFC 9425 §4.2.
    static let quotaGet = Method(
        "Quota/get", .quota,
        .read { call, reader in
            try call.takeAccountID()
            let requested = try RequestedIDs<QuotaID>(&call)
            let properties = try call.arguments.takeProperties(QuotaProperty.self)
            try call.arguments.end()
            let quotas = try reader.quotas(requested.ids, using: call.using)
            try call.writeGet(quotas, requested: requested, state: reader.state(of: .quota), id: \.id) {
                $0.write(properties, &$1)
            }
        })

    /// RFC 9425 §4.3. A quota that is not for the client did not change either; one that is gone may be named to all.
    static let quotaChanges = Method(
        "Quota/changes", .quota,
        .read { call, reader in
            let arguments = try ChangesArguments(&call)
            var changes = try reader.changes(
                of: .quota, as: QuotaID.self, since: arguments.sinceState, max: arguments.maxChanges)
            let visible = Set(try reader.quotas(using: call.using).map(\.id))
            changes.created.removeAll { !visible.contains($0) }
            changes.updated.removeAll { !visible.contains($0) }
            call.writeChanges(changes, since: arguments.sinceState) { writer in
                writer.key("updatedProperties")
                guard changes.updatedOnlyCounts, !changes.updated.isEmpty else { return writer.null() }
                writer.value(strings: [QuotaProperty.used.rawValue])
            }
        })
}
