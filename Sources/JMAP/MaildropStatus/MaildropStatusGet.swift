import JSON
import MailModel
import MailStore

/// What is known of a maildrop now; the ids are the maildrops' own.
enum MaildropStatusProperty: String, RecordProperty {
    case id, state, lastPollAt, lastSuccessAt, nextPollAt, error, held, stored, pending, capabilities, certificateSha256
    case notices, nextPollCause
}

extension Method {
    /// RFC 8620 §5.1. The state moves on transitions only: the times are those of the moment of asking.
    static let maildropStatusGet = Method(
        "MaildropStatus/get", .maildrop,
        .read { call, reader in
            try call.takeAccountID()
            let requested = try RequestedIDs<MaildropID>(&call)
            let properties = try call.arguments.takeProperties(MaildropStatusProperty.self)
            try call.arguments.end()
            let (store, account) = (call.store, call.principal.account)
            // Before the statuses, so that what changes meanwhile is told again.
            let state = store.statusState(of: account)
            let maildrops = requested.select(try reader.maildrops(), id: \.id)
            try RequestedIDs<MaildropID>.check(maildrops.count, call.limits)
            let statuses = maildrops.map { store.status(of: $0, in: account) }
            try call.writeGet(statuses, requested: requested, state: state, id: \.id) { $0.write(properties, &$1) }
        })
}

extension MaildropStatus: Record {
    func write(_ property: MaildropStatusProperty, _ writer: inout JSONWriter) {
        switch property {
        case .id: writer.value(id)
        case .state: writer.value(state.rawValue)
        case .lastPollAt: writer.value(optional: lastPollAt?.description)
        case .lastSuccessAt: writer.value(optional: lastSuccessAt?.description)
        case .nextPollAt: writer.value(optional: nextPollAt?.description)
        case .nextPollCause: write(nextPollCause, &writer)
        case .error: write(error, &writer)
        case .held: writer.value(held)
        case .stored: writer.value(stored)
        case .pending: writer.value(pending)
        case .capabilities: writer.value(optional: capabilities)
        case .notices: write(notices, &writer)
        case .certificateSha256: writer.value(optional: certificateSHA256.map(Hexadecimal.text))
        }
    }

    private func write(_ notices: [MaildropNotice], _ writer: inout JSONWriter) {
        writer.beginArray()
        for notice in notices { write(notice.type, notice.description, &writer) }
        writer.endArray()
    }

    private func write(_ cause: PollCause?, _ writer: inout JSONWriter) {
        guard let cause else { return writer.null() }
        write(cause.rawValue, cause.description, &writer)
    }

    private func write(_ error: Failure?, _ writer: inout JSONWriter) {
        guard let error else { return writer.null() }
        write(error.type, error.description, since: error.since, &writer)
    }

    /// The shape that causes, errors and notices have in common.
    private func write(_ type: String, _ description: String, since: Timestamp? = nil, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("type")
        writer.value(type)
        writer.key("description")
        writer.value(description)
        if let since {
            writer.key("since")
            writer.value(since.description)
        }
        writer.endObject()
    }
}
