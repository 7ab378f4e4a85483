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
            let place = try call.takePlace(ListedMessage.Place.init(cursor:))
            let count = try call.takePageCount()
            try call.arguments.end()
            guard let id = MaildropID(maildrop), try reader.maildrop(id) != nil else {
                throw MethodError.invalidArguments("There is no such maildrop.")
            }
            let messages = try reader.listedMessages(
                isUnstoredOnly ? .unstored : .all, of: id, after: place, limit: count + 1)
            call.writePage(messages, count, of: id, cursor: \.place.cursor, line: { $0.write(&$1) })
        })
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
