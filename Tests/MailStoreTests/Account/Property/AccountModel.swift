import MailModel

@testable import MailStore

/// What an account must be, kept in the simplest way that could work: everything is counted anew each time.
struct AccountModel {
    struct Box: Equatable {
        var name: String
        var parent: MailboxID?
        var role: MailboxRole?
    }

    struct Mail: Equatable {
        var thread: ThreadID
        var mailboxes: Set<MailboxID>
        var keywords: Set<Keyword>
        var receivedAt: Timestamp
        var size: Int
        var letter = Letter()

        var isUnread: Bool { keywords.isDisjoint(with: [.seen, .draft]) }
    }

    /// What a message says that lists go by.
    struct Letter: Equatable {
        var from = "Ann"
        var to = "Bert"
        var subject = ""
        var sentAt: Int64?
    }

    /// What threading goes by: a message-id under a base subject.
    struct Key: Hashable {
        let id: String
        let subject: String
    }

    struct Counts: Equatable {
        var totalEmails: Int
        var unreadEmails: Int
        var totalThreads: Int
        var unreadThreads: Int
    }

    var boxes: [MailboxID: Box] = [:]
    var mails: [EmailID: Mail] = [:]
    var threadKeys: [ThreadID: Set<Key>] = [:]
    /// Every id that was ever seen: none may come back.
    var usedEmails: Set<EmailID> = []
    var usedThreads: Set<ThreadID> = []

    var trash: MailboxID? { boxes.first { $0.value.role == .trash }?.key }

    func thread(for keys: Set<Key>) -> ThreadID? {
        threadKeys.filter { !$0.value.isDisjoint(with: keys) }.keys.min()
    }

    mutating func add(_ id: EmailID, _ mail: Mail, keys: Set<Key>) {
        mails[id] = mail
        usedEmails.insert(id)
        usedThreads.insert(mail.thread)
        threadKeys[mail.thread, default: []].formUnion(keys)
    }

    mutating func destroy(_ id: EmailID) {
        guard let mail = mails.removeValue(forKey: id) else { return }
        if !mails.values.contains(where: { $0.thread == mail.thread }) { threadKeys[mail.thread] = nil }
    }

    mutating func destroyBox(_ id: MailboxID) {
        boxes[id] = nil
        for (email, mail) in mails where mail.mailboxes.contains(id) {
            mails[email]?.mailboxes.remove(id)
            if mail.mailboxes.count == 1 { destroy(email) }
        }
    }

    func counts(of box: MailboxID) -> Counts {
        let inside = mails.values.filter { $0.mailboxes.contains(box) }
        let threads = Set(inside.map(\.thread))
        let unread = threads.filter { thread in
            mails.values.contains { mail in
                guard mail.thread == thread, mail.isUnread else { return false }
                if box == trash { return mail.mailboxes.contains(box) }
                return mail.mailboxes.contains { $0 != trash }
            }
        }
        return Counts(
            totalEmails: inside.count, unreadEmails: inside.count(where: \.isUnread), totalThreads: threads.count,
            unreadThreads: unread.count)
    }

    func emails(inThread thread: ThreadID) -> [EmailID] {
        mails.filter { $0.value.thread == thread }.sorted {
            ($0.value.receivedAt, $0.key) < ($1.value.receivedAt, $1.key)
        }
        .map(\.key)
    }

    /// The whole list of a query.
    func list(_ query: EmailQuery) -> [EmailID] {
        let found = mails.filter { mail in query.filter.map { holds($0, mail.key) } ?? true }
        let list = found.map { ($0.key, ranks($0.key, $0.value, query.order)) }
            .sorted { one, other in
                for (first, second) in zip(one.1, other.1) where first != second { return first < second }
                return false
            }
            .map(\.0)
        guard query.threads == .firstOfThread else { return list }
        var seen: Set<ThreadID> = []
        return list.filter { id in mails[id].map { seen.insert($0.thread).inserted } ?? false }
    }

    /// What an email is put in order by, the most important first; the smaller comes first.
    private func ranks(_ id: EmailID, _ mail: Mail, _ order: EmailQuery.Order) -> [Rank] {
        var ranks: [Rank] = []
        for comparator in order.comparators {
            let rank = rank(mail, comparator.key)
            ranks.append(comparator.direction == .ascending ? rank : .falling(rank))
            if comparator.key == .receivedAt {
                let number = Rank.number(id.rawValue)
                return ranks + [comparator.direction == .ascending ? number : .falling(number)]
            }
        }
        return ranks + [.falling(.number(mail.receivedAt.milliseconds)), .falling(.number(id.rawValue))]
    }

    private func rank(_ mail: Mail, _ key: EmailQuery.SortKey) -> Rank {
        let thread = mails.values.filter { $0.thread == mail.thread }
        return switch key {
        case .receivedAt: .number(mail.receivedAt.milliseconds)
        case .size: .number(Int64(mail.size))
        case .sentAt: .number(mail.letter.sentAt ?? .min)
        case .from: .text(mail.letter.from)
        case .to: .text(mail.letter.to)
        case .subject: .text(mail.letter.subject)
        case .hasKeyword(let keyword): .number(mail.keywords.contains(keyword) ? 1 : 0)
        case .allInThreadHaveKeyword(let keyword):
            .number(thread.allSatisfy { $0.keywords.contains(keyword) } ? 1 : 0)
        case .someInThreadHaveKeyword(let keyword):
            .number(thread.contains { $0.keywords.contains(keyword) } ? 1 : 0)
        }
    }

    indirect enum Rank: Comparable {
        case number(Int64)
        case text(String)
        case falling(Rank)

        static func < (one: Rank, other: Rank) -> Bool {
            switch (one, other) {
            case (.number(let one), .number(let other)): one < other
            case (.text(let one), .text(let other)): one.uppercased() < other.uppercased()
            case (.falling(let one), .falling(let other)): other < one
            default: false
            }
        }
    }

    private func holds(_ filter: EmailFilter, _ id: EmailID) -> Bool {
        switch filter {
        case .all(let filters): filters.allSatisfy { holds($0, id) }
        case .any(let filters): filters.contains { holds($0, id) }
        case .noneOf(let filters): !filters.contains { holds($0, id) }
        case .condition(let condition): holds(condition, id)
        }
    }

    private func holds(_ condition: EmailCondition, _ id: EmailID) -> Bool {
        guard let mail = mails[id] else { return false }
        let thread = mails.values.filter { $0.thread == mail.thread }
        if let box = condition.inMailbox, !mail.mailboxes.contains(box) { return false }
        if let boxes = condition.inMailboxOtherThan, mail.mailboxes.subtracting(boxes).isEmpty { return false }
        if let before = condition.before, mail.receivedAt >= before { return false }
        if let after = condition.after, mail.receivedAt < after { return false }
        if let least = condition.minSize, mail.size < least { return false }
        if let limit = condition.maxSize, mail.size >= limit { return false }
        if let from = condition.from, !mail.letter.from.lowercased().contains(from) { return false }
        if let header = condition.header, header.text.map({ !mail.letter.to.contains($0) }) ?? false { return false }
        if let keyword = condition.hasKeyword, !mail.keywords.contains(keyword) { return false }
        if let keyword = condition.notKeyword, mail.keywords.contains(keyword) { return false }
        if let keyword = condition.allInThreadHaveKeyword, !thread.allSatisfy({ $0.keywords.contains(keyword) }) {
            return false
        }
        if let keyword = condition.someInThreadHaveKeyword, !thread.contains(where: { $0.keywords.contains(keyword) }) {
            return false
        }
        if let keyword = condition.noneInThreadHaveKeyword, thread.contains(where: { $0.keywords.contains(keyword) }) {
            return false
        }
        return true
    }
}
