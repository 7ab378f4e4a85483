import JSON
import MailModel
import MailStore

/// What is known of a maildrop now; the ids are the maildrops' own.
enum MaildropStatusProperty: String, RecordProperty {
    case id, state, lastPollAt, lastSuccessAt, nextPollAt, error, held, stored, pending, capabilities, certificateSha256
    case notices, nextPollCause, certificate, signInMethod, loginDelay, parked, heldBack, deletions

    /// What a client gets that names none: the journal of deletions is counted for whoever asks.
    static let standard: [Self] = allCases.filter { $0 != .deletions }

    /// Whether it is read from the account, and not from the status of now.
    var isDetail: Bool {
        switch self {
        case .signInMethod, .loginDelay, .parked, .heldBack, .deletions: true
        case .id, .state, .lastPollAt, .lastSuccessAt, .nextPollAt, .error, .held, .stored, .pending, .capabilities,
            .certificateSha256, .notices, .nextPollCause, .certificate:
            false
        }
    }
}

extension Method {
    /// RFC 8620 §5.1. The state moves on transitions only: the times are those of the moment of asking.
    static let maildropStatusGet = Method(
        "MaildropStatus/get", .maildrop,
        .read { call, reader in
            try call.takeAccountID()
            let requested = try RequestedIDs<MaildropID>(&call)
            let isPicky = try call.arguments.peekStrings("properties") != nil
            let named = try call.arguments.takeProperties(MaildropStatusProperty.self)
            let properties = isPicky ? named : MaildropStatusProperty.standard
            try call.arguments.end()
            let (store, account) = (call.store, call.principal.account)
            // Before the statuses, so that what changes meanwhile is told again.
            let state = store.statusState(of: account)
            let maildrops = requested.select(try reader.maildrops(), id: \.id)
            try RequestedIDs<MaildropID>.check(maildrops.count, call.limits)
            let wantsDetails = properties.contains(where: \.isDetail)
            let statuses = try maildrops.map { maildrop in
                ShownStatus(
                    status: store.status(of: maildrop, in: account),
                    details: wantsDetails ? try reader.details(of: maildrop.id) : MaildropDetails())
            }
            try call.writeGet(statuses, requested: requested, state: state, id: \.status.id) {
                $0.write(properties, &$1)
            }
        })
}

/// A status with what is beside it.
private struct ShownStatus: Record {
    let status: MaildropStatus
    let details: MaildropDetails

    func write(_ property: MaildropStatusProperty, _ writer: inout JSONWriter) {
        switch property {
        case .signInMethod: writer.value(optional: details.signInMethod)
        case .loginDelay: writer.value(optional: details.loginDelay)
        case .parked: writer.value(details.parked)
        case .heldBack: writer.value(details.heldBack)
        case .deletions: writeDeletions(&writer)
        case .id, .state, .lastPollAt, .lastSuccessAt, .nextPollAt, .error, .held, .stored, .pending, .capabilities,
            .certificateSha256, .notices, .nextPollCause, .certificate:
            status.write(property, &writer)
        }
    }

    private func writeDeletions(_ writer: inout JSONWriter) {
        writer.beginObject()
        for state in DeletionState.allCases {
            writer.key(text: state.word)
            writer.value(details.deletions[state] ?? 0)
        }
        writer.endObject()
    }
}

extension MaildropStatus {
    fileprivate func write(_ property: MaildropStatusProperty, _ writer: inout JSONWriter) {
        switch property {
        case .signInMethod, .loginDelay, .parked, .heldBack, .deletions: break
        case .certificate: writer.value(optional: certificate) { $0.write(&$1) }
        case .id: writer.value(id)
        case .state: writer.value(state.rawValue)
        case .lastPollAt: writer.value(optional: lastPollAt?.description)
        case .lastSuccessAt: writer.value(optional: lastSuccessAt?.description)
        case .nextPollAt: writer.value(optional: nextPollAt?.description)
        case .nextPollCause:
            writer.value(optional: nextPollCause) { $1.value(type: $0.rawValue, description: $0.description) }
        case .error: writer.value(optional: error) { $0.write(&$1) }
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
        for notice in notices { writer.value(type: notice.type, description: notice.description) }
        writer.endArray()
    }
}

extension MaildropStatus.Failure {
    fileprivate func write(_ writer: inout JSONWriter) {
        writer.value(type: type, description: description) { writer in
            writer.key("since")
            writer.value(since.description)
        }
    }
}
