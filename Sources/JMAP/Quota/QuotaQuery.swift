import JSON
import MailModel
import MailStore

extension Method {
    /// RFC 9425 §4.4. An account has few quotas: all are read, then filtered and sorted here.
    static let quotaQuery = Method(
        "Quota/query", .quota,
        .read { call, reader in
            let arguments = try QueryArguments(&call)
            let list = try QuotaList(filter: arguments.filter, sort: arguments.sort)
            try call.arguments.end()
            let window = try QueryWindow(list.ids(of: reader.quotas(using: call.using)), arguments)
            try call.writeQuery(window, arguments, state: reader.state(of: .quota), .byChanges)
        })

    /// RFC 9425 §4.5. Whatever changed is taken out and put in again: a use may place it elsewhere.
    static let quotaQueryChanges = Method(
        "Quota/queryChanges", .quota,
        .read { call, reader in
            let arguments = try QueryChangesArguments(&call)
            let list = try QuotaList(filter: arguments.filter, sort: arguments.sort)
            try call.arguments.end()
            let changes = try reader.changes(of: .quota, as: QuotaID.self, since: arguments.sinceState)
            let quotas = try reader.quotas(using: call.using)
            let affected = Set(changes.created + changes.updated).intersection(quotas.map(\.id))
            try call.writeQueryChanges(changes, list: list.ids(of: quotas), affected: affected, arguments)
        })
}

/// What a Quota/query lists, and in which order: ties by id.
private struct QuotaList {
    private let filter: Filter<QuotaCondition>?
    private let sort: [QueryArguments.Comparator]

    init(filter: JSONObject?, sort: [QueryArguments.Comparator]) throws {
        self.filter = try filter.map { try Filter($0, QuotaCondition.init) }
        self.sort = sort
        for comparator in sort where !["name", "used"].contains(comparator.property) {
            throw MethodError(.unsupportedSort, "Quotas are not sorted by \((comparator.property ?? "").quoted).")
        }
    }

    func ids(of quotas: [VisibleQuota]) -> [QuotaID] {
        quotas.filter { quota in filter?.matches { $0.isMet(by: quota) } ?? true }.sorted(by: precedes).map(\.id)
    }

    private func precedes(_ one: VisibleQuota, _ other: VisibleQuota) -> Bool {
        for comparator in sort {
            let (first, second) = comparator.isAscending ? (one, other) : (other, one)
            if comparator.property == "used" {
                if first.quota.used != second.quota.used { return first.quota.used < second.quota.used }
            } else {
                let (name, otherName) = (comparator.collation.key(first.name), comparator.collation.key(second.name))
                if name != otherName { return name < otherName }
            }
        }
        return one.id < other.id
    }
}

/// RFC 9425 §4.4, FilterCondition: the members that are set must all hold.
private struct QuotaCondition {
    private var name: String?
    private var scope: String?
    private var resourceType: String?
    private var type: String?

    init(_ object: JSONObject) throws {
        for member in object.members {
            guard let text = member.value.string else {
                throw MethodError.invalidArguments("The filter \(member.key.quoted) is not a string.")
            }
            switch member.key {
            case "name": name = text
            case "scope": scope = text
            case "resourceType": resourceType = text
            case "type": type = text
            default: throw MethodError.invalidArguments("Quotas have no filter \(member.key.quoted).")
            }
        }
    }

    func isMet(by quota: VisibleQuota) -> Bool {
        if let name, !name.isEmpty, !quota.name.contains(name) { return false }
        if let scope, scope != VisibleQuota.scope { return false }
        if let resourceType, resourceType != quota.resourceType { return false }
        if let type, !quota.types.contains(where: { $0.rawValue == type }) { return false }
        return true
    }
}
