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
            let line = try call.takePlace { text in Int64(text).flatMap { $0 > 0 ? $0 : nil } }
            let count = try call.takePageCount()
            try call.arguments.end()
            guard let id = MaildropID(maildrop), try reader.maildrop(id) != nil else {
                throw MethodError.invalidArguments("There is no such maildrop.")
            }
            let lines = try reader.deletions(of: id, before: line, limit: count + 1)
            call.writePage(lines, count, of: id, cursor: { String($0.line) }, line: { $0.deletion.write(&$1) })
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
