import JSON
import MailModel
import MailStore

extension Method {
    /// Ours: what a maildrop holds, message by message, by unique-id. A page says where the next one begins, and costs what
    /// it shows, however much the maildrop holds.
    static let maildropMessageList = Method(
        "MaildropMessage/list", .maildrop,
        .read { call, reader in
            try call.takeAccountID()
            let maildrop = try call.arguments.takeString("maildropId")
            let isUnstoredOnly = try call.arguments.takeBool("unstoredOnly", default: false)
            let after = try call.arguments.takeOptionalString("after")
            let limit = try call.arguments.takeOptionalUnsigned("limit") ?? 500
            try call.arguments.end()
            guard limit > 0 else { throw MethodError.invalidArguments("A page has at least one message.") }
            guard let id = MaildropID(maildrop), try reader.maildrop(id) != nil else {
                throw MethodError.invalidArguments("There is no such maildrop.")
            }
            let count = min(limit, call.limits.objectsInGet)
            let place = try after.map { text in
                guard let place = ListedMessage.Place(cursor: text) else {
                    throw MethodError.invalidArguments("after is the next of an earlier page.")
                }
                return place
            }
            let messages = try reader.listedMessages(
                isUnstoredOnly ? .unstored : .all, of: id, after: place, limit: count + 1)
            call.writePage(messages, of: id, count)
        })
}

extension MethodCall {
    /// `messages` has one more than the page when another page follows.
    fileprivate mutating func writePage(_ messages: [ListedMessage], of maildrop: MaildropID, _ count: Int) {
        writer.beginObject()
        writeAccountID()
        writer.key("maildropId")
        writer.value(maildrop)
        writer.key("list")
        writer.beginArray()
        for message in messages.prefix(count) { message.write(&writer) }
        writer.endArray()
        writer.key("next")
        writer.value(optional: messages.count > count ? messages[count - 1].place.cursor : nil)
        writer.endObject()
    }
}

extension ListedMessage {
    fileprivate func write(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("uniqueId")
        writer.value(place.uniqueID.description)
        writer.key("ordinal")
        writer.value(place.ordinal)
        writer.key("size")
        writer.value(octets)
        writer.key("state")
        writer.value(state.word)
        writer.key("emailId")
        writer.value(optional: email)
        writer.key("isOnServer")
        writer.value(isOnServer)
        writer.key("reason")
        writer.value(optional: reason)
        writer.key("attempts")
        writer.value(attempts)
        writer.key("retryAt")
        writer.value(optional: retryAt?.description)
        writer.endObject()
    }
}

extension MaildropMessageState {
    fileprivate var word: String {
        switch self {
        case .stored: "stored"
        case .heldBack: "heldBack"
        case .parked: "parked"
        case .fetchedElsewhere: "fetchedElsewhere"
        }
    }
}

extension ListedMessage.Place {
    /// The ordinal and the unique-id's octets, as a text that means nothing to a client.
    fileprivate var cursor: String { "\(ordinal)." + Base64Text.encode(uniqueID.bytes) }

    fileprivate init?(cursor: String) {
        let fields = cursor.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard fields.count == 2, cursor.utf8.count <= 2_000, let ordinal = Int(fields[0]), ordinal >= 0,
            let uniqueID = Base64Text.decode(String(fields[1])).flatMap({ UniqueID($0) })
        else { return nil }
        self.init(uniqueID: uniqueID, ordinal: ordinal)
    }
}
