import JSON
import MailModel
import MailStore

extension Method {
    /// RFC 8621 §7.3. An account has few submissions: all are read, then filtered and sorted here.
    static let emailSubmissionQuery = Method(
        "EmailSubmission/query", .submission,
        .read { call, reader in
            let arguments = try QueryArguments(&call)
            try call.arguments.end()
            let list = try SubmissionList(filter: arguments.filter, sort: arguments.sort)
            let window = try QueryWindow(list.ids(of: reader.submissions()), arguments)
            try call.writeQuery(window, arguments, state: reader.state(of: .emailSubmission), .byChanges)
        })

    /// RFC 8621 §7.4. A submission's place depends on what it is itself: what changed is taken out and put in again.
    static let emailSubmissionQueryChanges = Method(
        "EmailSubmission/queryChanges", .submission,
        .read { call, reader in
            let arguments = try QueryChangesArguments(&call)
            try call.arguments.end()
            let list = try SubmissionList(filter: arguments.filter, sort: arguments.sort)
            let changes = try reader.changes(
                of: .emailSubmission, as: SubmissionID.self, since: arguments.sinceState)
            try call.writeQueryChanges(changes, list: list.ids(of: reader.submissions()), arguments)
        })
}

/// What an EmailSubmission/query lists, and in which order; ties are broken by id.
private struct SubmissionList {
    private enum Key {
        case email, thread, time
    }

    private let filter: Filter<SubmissionCondition>?
    private let order: [(key: Key, isAscending: Bool)]

    init(filter: JSONObject?, sort: [QueryArguments.Comparator]) throws {
        self.filter = try filter.map { try Filter($0, SubmissionCondition.init) }
        order = try sort.map { comparator in
            switch comparator.property {
            case "emailId": (.email, comparator.isAscending)
            case "threadId": (.thread, comparator.isAscending)
            // RFC 8621 §7.3 says sentAt, of a property that is called sendAt: both are taken.
            case "sentAt", "sendAt": (.time, comparator.isAscending)
            default:
                throw MethodError(
                    .unsupportedSort, "Submissions are not sorted by \((comparator.property ?? "").quoted).")
            }
        }
    }

    func ids(of submissions: [EmailSubmission]) -> [SubmissionID] {
        submissions.filter { submission in filter?.matches { $0.isMet(by: submission) } ?? true }
            .sorted(by: precedes).map(\.id)
    }

    private func precedes(_ one: EmailSubmission, _ other: EmailSubmission) -> Bool {
        for (key, isAscending) in order {
            let (first, second) = isAscending ? (one, other) : (other, one)
            switch key {
            case .email where first.email != second.email: return first.email < second.email
            case .thread where first.thread != second.thread: return first.thread < second.thread
            case .time where first.sendAt != second.sendAt: return first.sendAt < second.sendAt
            case .email, .thread, .time: continue
            }
        }
        return one.id < other.id
    }
}

/// RFC 8621 §7.3, FilterCondition: the members that are set must all hold.
private struct SubmissionCondition {
    private var identities: Set<String>?
    private var emails: Set<String>?
    private var threads: Set<String>?
    private var undoStatus: String?
    private var before: Timestamp?
    private var after: Timestamp?

    init(_ object: JSONObject) throws {
        for member in object.members where !member.value.isNull {
            let isValid: Bool
            switch member.key {
            case "identityIds":
                identities = Self.ids(member.value)
                isValid = identities != nil
            case "emailIds":
                emails = Self.ids(member.value)
                isValid = emails != nil
            case "threadIds":
                threads = Self.ids(member.value)
                isValid = threads != nil
            case "undoStatus":
                undoStatus = member.value.string
                isValid = undoStatus != nil
            case "before":
                before = member.value.string.flatMap(Timestamp.init(utcDate:))
                isValid = before != nil
            case "after":
                after = member.value.string.flatMap(Timestamp.init(utcDate:))
                isValid = after != nil
            default: throw MethodError.invalidArguments("Submissions have no filter \(member.key.quoted).")
            }
            guard isValid else {
                throw MethodError.invalidArguments("The filter \(member.key) has a value of the wrong type.")
            }
        }
    }

    private static func ids(_ value: JSONValue) -> Set<String>? {
        guard let items = value.array else { return nil }
        let texts = items.compactMap(\.string)
        return texts.count == items.count ? Set(texts) : nil
    }

    func isMet(by submission: EmailSubmission) -> Bool {
        if let identities, !identities.contains(submission.identity.description) { return false }
        if let emails, !emails.contains(submission.email.description) { return false }
        if let threads, !threads.contains(submission.thread.description) { return false }
        if let undoStatus, undoStatus != submission.undoStatus.rawValue { return false }
        if let before, submission.sendAt >= before { return false }
        if let after, submission.sendAt < after { return false }
        return true
    }
}
