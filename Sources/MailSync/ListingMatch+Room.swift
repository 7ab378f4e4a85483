import MailModel
import MailStore

/// Messages that stay at the provider because the account may not hold them.
struct RoomlessMessages: Sendable {
    var messages = 0
    var octets = 0
    /// Those that are not recorded as such yet.
    var unrecorded: [UnstoredMessage] = []

    mutating func add(_ message: ListedMessage, octets: Int, isRecorded: Bool) {
        messages += 1
        self.octets += octets
        if !isRecorded { unrecorded.append(message.roomless(octets: octets)) }
    }
}

extension ListedMessage {
    /// This message, known to have so many octets, as one that there was no room for.
    func roomless(octets: Int) -> UnstoredMessage {
        var roomless = UnstoredMessage(
            uniqueID: uniqueID, ordinal: ordinal, octets: self.octets, state: .heldBack, reason: UnstoredMessage.noRoom)
        if octets > self.octets { roomless.atLeast = octets }
        return roomless
    }
}

extension MaildropNotice {
    static func overQuota(_ roomless: (messages: Int, octets: Int), held: Int, limit: Int) -> MaildropNotice {
        let messages = roomless.messages == 1 ? "1 message" : "\(roomless.messages) messages"
        return MaildropNotice(
            type: "overQuota",
            description:
                "The account holds \(held) octets of messages and may hold \(limit): \(messages) of"
                + " \(roomless.octets) octets stay at the provider until there is room. Delete messages and empty the"
                + " trash, or have limits.account.octets raised.")
    }
}
