import JSON
import MailModel
import MailStore

/// RFC 8621 §3.
private enum ThreadProperty: String, RecordProperty {
    case id, emailIds
}

extension Method {
    /// RFC 8621 §3.1.
    static let threadGet = Method(
        "Thread/get", .mail,
        .read { call, reader in
            try call.takeAccountID()
            let requested = try RequestedIDs<ThreadID>(&call)
            let properties = try call.arguments.takeProperties(ThreadProperty.self)
            try call.arguments.end()
            let threads = try reader.threads(requested.ids ?? reader.allThreadIDs(call.limits))
            try call.writeGet(threads, requested: requested, state: reader.state(of: .thread), id: \.id) {
                thread, writer in
                writer.beginObject()
                for property in properties {
                    writer.key(text: property.rawValue)
                    switch property {
                    case .id: writer.value(thread.id)
                    case .emailIds: writer.value(ids: thread.emailIDs)
                    }
                }
                writer.endObject()
            }
        })
}

extension AccountReader {
    /// Every thread's id, if there are not more than a call may ask for.
    fileprivate func allThreadIDs(_ limits: Limits.JMAP) throws -> [ThreadID] {
        let firsts = try query(EmailQuery(limit: limits.objectsInGet + 1, threads: .firstOfThread)).ids
        try RequestedIDs<ThreadID>.check(firsts.count, limits)
        return try emails(firsts).map(\.threadID)
    }
}
