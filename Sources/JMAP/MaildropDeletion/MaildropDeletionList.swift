import JSON
import MailModel
import MailStore

extension Method {
    /// Ours: the journal of what was deleted at the provider, the newest first, a page at a time.
    static let maildropDeletionList = Method(
        "MaildropDeletion/list", .maildrop,
        .read { call, reader in
            try call.takeAccountID()
            let maildrop = try call.arguments.takeString("maildropId")
            let after = try call.arguments.takeOptionalString("after")
            let limit = try call.arguments.takeOptionalUnsigned("limit") ?? 500
            try call.arguments.end()
            guard limit > 0 else { throw MethodError.invalidArguments("A page has at least one line.") }
            guard let id = MaildropID(maildrop), try reader.maildrop(id) != nil else {
                throw MethodError.invalidArguments("There is no such maildrop.")
            }
            let line = try after.map { text in
                guard let line = Int64(text), line > 0 else {
                    throw MethodError.invalidArguments("after is the next of an earlier page.")
                }
                return line
            }
            let count = min(limit, call.limits.objectsInGet)
            let lines = try reader.deletions(of: id, before: line, limit: count + 1)
            call.writer.beginObject()
            call.writeAccountID()
            call.writer.key("maildropId")
            call.writer.value(id)
            call.writer.key("list")
            call.writer.beginArray()
            for (_, deletion) in lines.prefix(count) { deletion.write(&call.writer) }
            call.writer.endArray()
            call.writer.key("next")
            call.writer.value(optional: lines.count > count ? String(lines[count - 1].line) : nil)
            call.writer.endObject()
        })
}

extension Deletion {
    fileprivate func write(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("uniqueId")
        writer.value(uniqueID.description)
        writer.key("ordinal")
        writer.value(ordinal)
        writer.key("size")
        writer.value(octets)
        writer.key("emailId")
        writer.value(email)
        writer.key("reason")
        writer.value(reason == .age ? "age" : "destroyed")
        writer.key("state")
        writer.value(state.word)
        writer.key("attempts")
        writer.value(attempts)
        writer.key("intendedAt")
        writer.value(intendedAt.description)
        writer.key("settledAt")
        writer.value(optional: settledAt?.description)
        writer.key("note")
        writer.value(optional: note)
        writer.endObject()
    }
}

extension DeletionState {
    /// As clients read it.
    var word: String {
        switch self {
        case .intended: "intended"
        case .sent: "sent"
        case .answered: "answered"
        case .absent: "absent"
        case .givenUp: "givenUp"
        }
    }
}
