import JSON
import MailStore

/// A maildrop's `retention` as clients read and write it: `{deleteAfter, deleteDestroyed, keepUnread, largerThan}`, what
/// is left out having its default.
extension Retention {
    private static let members = ["deleteAfter", "deleteDestroyed", "keepUnread", "largerThan"]

    init(_ value: JSONValue) throws {
        guard let object = value.object else {
            throw SetError.invalid(
                "retention", "retention is an object of deleteAfter, deleteDestroyed, keepUnread and largerThan.")
        }
        for member in object.members where !Self.members.contains(member.key) {
            throw SetError.invalid("retention", "retention has no member \(member.key.quoted).")
        }
        self.init(
            deleteAfter: try Self.number(object, "deleteAfter"),
            deleteDestroyed: try Self.flag(object, "deleteDestroyed"),
            keepUnread: try Self.flag(object, "keepUnread"), largerThan: try Self.number(object, "largerThan"))
    }

    private static func number(_ object: JSONObject, _ name: String) throws -> Int? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let number = value.integer, number >= 0, let result = Int(exactly: number) else {
            throw SetError.invalid("retention", "\(name) is null or a whole number from 0 on.")
        }
        return result
    }

    private static func flag(_ object: JSONObject, _ name: String) throws -> Bool {
        guard let value = object[name], !value.isNull else { return false }
        guard let flag = value.bool else { throw SetError.invalid("retention", "\(name) is true or false.") }
        return flag
    }

    func write(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("deleteAfter")
        writer.value(optional: deleteAfter)
        writer.key("deleteDestroyed")
        writer.value(deleteDestroyed)
        writer.key("keepUnread")
        writer.value(keepUnread)
        writer.key("largerThan")
        writer.value(optional: largerThan)
        writer.endObject()
    }
}
