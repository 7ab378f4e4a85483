import JSON
import MailModel
import MailStore

/// RFC 8621 §7, and of our own what it has no word for: told when asked for by name.
enum EmailSubmissionProperty: String, RecordProperty {
    case id, identityId, emailId, threadId, envelope, sendAt, undoStatus, deliveryStatus, dsnBlobIds, mdnBlobIds
    case maildropId, sendState, attempts, nextTryAt, problem

    /// What a client gets that names none.
    static let standard: [Self] = [
        .id, .identityId, .emailId, .threadId, .envelope, .sendAt, .undoStatus, .deliveryStatus, .dsnBlobIds,
        .mdnBlobIds,
    ]
}

extension SubmissionState {
    /// As `sendState` has it.
    var word: String {
        switch self {
        case .pending: "pending"
        case .sending: "sending"
        case .sent: "sent"
        case .failed: "failed"
        case .inDoubt: "inDoubt"
        case .canceled: "canceled"
        }
    }
}

extension EmailSubmission: Record {
    func write(_ property: EmailSubmissionProperty, _ writer: inout JSONWriter) {
        switch property {
        case .id: writer.value(id)
        case .identityId: writer.value(identity)
        case .emailId: writer.value(email)
        case .threadId: writer.value(thread)
        case .envelope: writeEnvelope(&writer)
        case .sendAt: writer.value(sendAt.description)
        case .undoStatus: writer.value(undoStatus.rawValue)
        case .deliveryStatus: writeDeliveryStatus(&writer)
        case .dsnBlobIds, .mdnBlobIds:
            writer.beginArray()
            writer.endArray()
        case .maildropId: writer.value(maildrop)
        case .sendState: writer.value(state.word)
        case .attempts: writer.value(attempts)
        case .nextTryAt: writer.value(optional: nextTryAt?.description)
        case .problem: writer.value(optional: problem)
        }
    }

    private func writeEnvelope(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("mailFrom")
        Self.write(mailFrom, holdUntil: sendAt > createdAt ? sendAt : nil, &writer)
        writer.key("rcptTo")
        writer.beginArray()
        for recipient in recipients { Self.write(recipient.address, holdUntil: nil, &writer) }
        writer.endArray()
        writer.endObject()
    }

    private static func write(_ address: String, holdUntil: Timestamp?, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("email")
        writer.value(address)
        writer.key("parameters")
        if let holdUntil {
            writer.beginObject()
            writer.key("HOLDUNTIL")
            writer.value(holdUntil.description)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.endObject()
    }

    private func writeDeliveryStatus(_ writer: inout JSONWriter) {
        writer.beginObject()
        var seen: Set<String> = []
        for recipient in recipients where seen.insert(recipient.address).inserted {
            writer.key(text: recipient.address)
            writer.beginObject()
            writer.key("smtpReply")
            writer.value(reply(of: recipient))
            writer.key("delivered")
            writer.value(delivered(recipient))
            writer.key("displayed")
            writer.value("unknown")
            writer.endObject()
        }
        writer.endObject()
    }

    /// Before a server has said anything, and for what was taken back, a reply of our own.
    private func reply(of recipient: SubmissionRecipient) -> String {
        if state == .canceled { return "554 5.7.0 The message was taken back before it was sent." }
        return recipient.reply ?? "250 2.1.5 The message waits to be sent."
    }

    private func delivered(_ recipient: SubmissionRecipient) -> String {
        if state == .canceled { return "no" }
        return switch recipient.state {
        case .queued, .sending: "queued"
        case .relayed, .inDoubt: "unknown"
        case .refused: "no"
        }
    }
}
