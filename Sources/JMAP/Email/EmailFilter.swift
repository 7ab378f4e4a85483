import JSON
import MailModel
import MailStore

extension EmailFilter {
    /// Reads the `filter` of a query (RFC 8621 §4.4.1).
    init(object: JSONObject) throws {
        self.init(try Filter(object, EmailFilter.init(conditions:)))
    }

    private init(_ filter: Filter<EmailFilter>) {
        switch filter {
        case .condition(let condition): self = condition
        case .all(let filters): self = .all(filters.map(EmailFilter.init))
        case .any(let filters): self = .any(filters.map(EmailFilter.init))
        case .noneOf(let filters): self = .noneOf(filters.map(EmailFilter.init))
        }
    }

    /// What nothing matches.
    private static let nothing = EmailFilter.any([])

    /// Mailboxes that `inMailboxOtherThan` may list, and octets of a text that is looked for.
    private static let maximumMailboxes = 1_000
    private static let maximumText = 1_000

    /// Reads a FilterCondition (RFC 8621 §4.4.1). A mailbox id that no mailbox can have matches nothing.
    fileprivate init(conditions object: JSONObject) throws {
        var condition = EmailCondition()
        for (name, value) in object.members.map({ ($0.key, $0.value) }) {
            let isRead =
                try Self.read(keyword: name, value, &condition) || Self.read(text: name, value, &condition)
                || Self.read(range: name, value, &condition)
            guard !isRead else { continue }
            switch name {
            case "inMailbox":
                guard let text = value.string else { throw Self.wrongType(name) }
                guard let id = MailboxID(text) else {
                    self = Self.nothing
                    return
                }
                condition.inMailbox = id
            case "maildropId":
                guard let text = value.string else { throw Self.wrongType(name) }
                guard let id = MaildropID(text) else {
                    // Asked for all the same: the request must have opted into it.
                    condition.maildrop = MaildropID(rawValue: 0)
                    continue
                }
                condition.maildrop = id
            case "inMailboxOtherThan":
                condition.inMailboxOtherThan = try Self.mailboxes(name, value)
            case "hasAttachment":
                guard let flag = value.bool else { throw Self.wrongType(name) }
                condition.hasAttachment = flag
            case "header":
                condition.header = try Self.header(name, value)
            default:
                throw MethodError.invalidArguments("Emails have no filter \(name.quoted).")
            }
        }
        self = .condition(condition)
    }

    private static func read(
        keyword name: String, _ value: JSONValue, _ condition: inout EmailCondition
    ) throws -> Bool {
        let member: WritableKeyPath<EmailCondition, Keyword?>
        switch name {
        case "hasKeyword": member = \.hasKeyword
        case "notKeyword": member = \.notKeyword
        case "allInThreadHaveKeyword": member = \.allInThreadHaveKeyword
        case "someInThreadHaveKeyword": member = \.someInThreadHaveKeyword
        case "noneInThreadHaveKeyword": member = \.noneInThreadHaveKeyword
        default: return false
        }
        guard let keyword = value.string.flatMap({ Keyword($0) }) else { throw wrongType(name) }
        condition[keyPath: member] = keyword
        return true
    }

    private static func read(
        text name: String, _ value: JSONValue, _ condition: inout EmailCondition
    ) throws -> Bool {
        let member: WritableKeyPath<EmailCondition, String?>
        switch name {
        case "text": member = \.text
        case "from": member = \.from
        case "to": member = \.to
        case "cc": member = \.cc
        case "bcc": member = \.bcc
        case "subject": member = \.subject
        case "body": member = \.body
        case "attachmentName": member = \.attachmentName
        default: return false
        }
        guard let text = value.string else { throw wrongType(name) }
        guard text.utf8.count <= maximumText else { throw tooLong }
        condition[keyPath: member] = text
        return true
    }

    private static func read(
        range name: String, _ value: JSONValue, _ condition: inout EmailCondition
    ) throws -> Bool {
        switch name {
        case "before": condition.before = try date(name, value)
        case "after": condition.after = try date(name, value)
        case "minSize": condition.minSize = try size(name, value)
        case "maxSize": condition.maxSize = try size(name, value)
        default: return false
        }
        return true
    }

    private static func date(_ name: String, _ value: JSONValue) throws -> Timestamp {
        guard let date = value.string.flatMap(Timestamp.init(utcDate:)) else { throw wrongType(name) }
        return date
    }

    private static func size(_ name: String, _ value: JSONValue) throws -> Int {
        guard let size = value.integer, size >= 0 else { throw wrongType(name) }
        return Int(size)
    }

    /// Ids that no mailbox can have are left out: every mailbox is another than those.
    private static func mailboxes(_ name: String, _ value: JSONValue) throws -> [MailboxID] {
        guard let items = value.array, items.allSatisfy({ $0.string != nil }) else { throw wrongType(name) }
        let ids = Set(items.compactMap { $0.string.flatMap { MailboxID($0) } })
        guard ids.count <= maximumMailboxes else {
            throw MethodError(.unsupportedFilter, "A list of more than \(maximumMailboxes) mailboxes is not supported.")
        }
        return ids.sorted()
    }

    /// A field's name, and perhaps a text that its value must contain.
    private static func header(_ name: String, _ value: JSONValue) throws -> HeaderCondition {
        guard let items = value.array, (1...2).contains(items.count), let field = items[0].string, !field.isEmpty
        else { throw wrongType(name) }
        guard items.count == 2 else { return HeaderCondition(name: field) }
        guard let text = items[1].string else { throw wrongType(name) }
        guard text.utf8.count <= maximumText else { throw tooLong }
        return HeaderCondition(name: field, text: text)
    }

    private static let tooLong = MethodError(
        .unsupportedFilter, "A text of more than \(maximumText) octets is not looked for.")

    private static func wrongType(_ name: String) -> MethodError {
        .invalidArguments("The filter \(name) has a value of the wrong type.")
    }
}

extension Timestamp {
    /// RFC 8620 §1.4 UTCDate: an RFC 3339 date-time in UTC, written with a capital Z.
    init?(utcDate text: String) {
        guard text.utf8.last == UInt8(ascii: "Z") else { return nil }
        self.init(rfc3339: text)
    }
}
