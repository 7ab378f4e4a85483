import JSON
import MailModel
import MailStore

// The property `snoozed` of an Email (docs/jmap-view.md).

extension Snooze {
    func write(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("until")
        writer.value(until.description)
        writer.key("mailboxIds")
        writer.beginObject()
        for id in mailboxIDs.sorted() {
            writer.key(id)
            writer.value(true)
        }
        writer.endObject()
        writer.endObject()
    }
}

/// What a client wants `snoozed` to be.
struct SnoozeValue: Equatable {
    let until: Timestamp
    /// Nil: where it is, or was.
    let mailboxIDs: Set<MailboxID>?

    /// Nil for null.
    init?(_ value: JSONValue?, _ createdIDs: CreatedIDs) throws {
        guard let value, !value.isNull else { return nil }
        guard let object = value.object else { throw Self.invalid("snoozed is an object, or null.") }
        for member in object.members where member.key != "until" && member.key != "mailboxIds" {
            throw Self.invalid("snoozed has no member \(member.key.quoted).")
        }
        guard let until = object["until"]?.string.flatMap(Timestamp.init(utcDate:)) else {
            throw Self.invalid("until is a date and time in UTC.")
        }
        self.until = until
        mailboxIDs = try Self.mailboxes(object["mailboxIds"], createdIDs)
    }

    /// None stands for the Inbox.
    private static func mailboxes(_ value: JSONValue?, _ createdIDs: CreatedIDs) throws -> Set<MailboxID>? {
        guard let value, !value.isNull else { return nil }
        guard let object = value.object, object.members.allSatisfy({ $0.value == .bool(true) }) else {
            throw invalid("mailboxIds is an object of mailbox ids whose values are true.")
        }
        return Set(
            try object.members.map { member in
                guard let id = createdIDs.resolve(member.key).flatMap({ MailboxID($0) }) else {
                    throw invalid("There is no mailbox \(member.key.quoted).")
                }
                return id
            })
    }

    private static func invalid(_ sentence: String) -> SetError { SetError.invalid("snoozed", sentence) }
}

extension JSONObject {
    /// Whether a patch of an email says anything of `snoozed`.
    private var isAboutSnooze: Bool { members.contains { $0.key == "snoozed" || $0.key.hasPrefix("snoozed/") } }

    /// Whether one of the patches puts an email away.
    static func anyIsAboutSnooze(_ patches: [(String, JSONObject)]) -> Bool {
        patches.contains { $0.1.isAboutSnooze }
    }
}

extension MethodCall {
    /// Called before the transaction that carries patches of emails out: whoever brings snoozed emails back knows of the
    /// account before there is one.
    func noteSnoozer(_ patches: [(String, JSONObject)]) async throws {
        guard using.contains(.view), JSONObject.anyIsAboutSnooze(patches) else { return }
        try await store.snoozers.note(principal.account)
    }
}

/// What an update makes of an email's `snoozed`, read and checked before anything changes.
enum SnoozeChange {
    case begin(SnoozeValue)
    /// Back to where it was, or into these mailboxes.
    case end(to: Set<MailboxID>?)

    /// Nil when it stays as it is.
    ///
    /// - Parameter mailboxes: those that the same update names.
    init?(
        _ value: JSONValue?, from current: JSONValue?, mailboxes: Set<MailboxID>?, _ createdIDs: CreatedIDs
    ) throws {
        let (value, current) = (value ?? .null, current ?? .null)
        guard value != current else { return nil }
        guard let wanted = try SnoozeValue(value, createdIDs) else {
            self = .end(to: mailboxes)
            return
        }
        guard mailboxes == nil else {
            throw SetError(
                .invalidProperties,
                "An email that is put away is in the mailbox for that: where it comes back to, snoozed says.",
                properties: ["snoozed", "mailboxIds"])
        }
        self = .begin(wanted)
    }

    func apply(to email: EmailID, _ writer: AccountWriter) throws {
        switch self {
        case .begin(let wanted): try writer.snooze(email, until: wanted.until, to: wanted.mailboxIDs)
        case .end(let mailboxes): try writer.endSnooze(of: email, to: mailboxes)
        }
    }
}
