import JSON
import MailModel

/// Reads the properties of an Email that a client may set.
enum EmailValues {
    /// `keywords`: a set, written as an object whose values are true (RFC 8621 §4.1.1).
    static func keywords(_ value: JSONValue?) throws -> Set<Keyword> {
        guard let value, !value.isNull else { return [] }
        guard let object = value.object else { throw SetError.invalid("keywords", "keywords is an object.") }
        var keywords: Set<Keyword> = []
        for member in object.members {
            guard let keyword = Keyword(member.key) else {
                throw SetError.invalid("keywords", "\(member.key.quoted) is no keyword.")
            }
            guard member.value == .bool(true) else {
                throw SetError.invalid("keywords", "The value of a keyword is true; null takes it away.")
            }
            keywords.insert(keyword)
        }
        return keywords
    }

    /// `mailboxIds`: a set, written as an object whose values are true; a creation id stands for the mailbox it became.
    static func mailboxIDs(_ value: JSONValue?, _ createdIDs: CreatedIDs) throws -> Set<MailboxID> {
        guard let object = value?.object else {
            throw SetError.invalid("mailboxIds", "mailboxIds is an object of mailbox ids.")
        }
        var ids: Set<MailboxID> = []
        for member in object.members {
            guard let id = createdIDs.resolve(member.key).flatMap({ MailboxID($0) }) else {
                throw SetError.invalid("mailboxIds", "There is no mailbox \(member.key.quoted).")
            }
            guard member.value == .bool(true) else {
                throw SetError.invalid("mailboxIds", "The value of a mailbox id is true; null takes it away.")
            }
            ids.insert(id)
        }
        guard !ids.isEmpty else { throw SetError.invalid("mailboxIds", "An email is in at least one mailbox.") }
        return ids
    }

    /// `receivedAt`: a UTCDate; nil when it is left to the server.
    static func receivedAt(_ value: JSONValue?) throws -> Timestamp? {
        guard let value, !value.isNull else { return nil }
        guard let date = value.string.flatMap(Timestamp.init(utcDate:)) else {
            throw SetError.invalid("receivedAt", "receivedAt is a date and time in UTC.")
        }
        return date
    }
}
