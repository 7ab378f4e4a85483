import MailModel

extension EmailFilter {
    func isWithin(nodes: Int, depth: Int) -> Bool {
        var left = nodes
        var open = [(filter: self, depth: 1)]
        while let (filter, level) = open.popLast() {
            left -= 1
            if left < 0 || level > depth { return false }
            switch filter {
            case .condition: break
            case .all(let filters), .any(let filters), .noneOf(let filters):
                open += filters.map { ($0, level + 1) }
            }
        }
        return true
    }

    /// How often the text index has to be asked; each time it may find the whole account.
    var lookupCount: Int {
        switch self {
        case .condition(let condition): condition.lookups.count
        case .all(let filters), .any(let filters), .noneOf(let filters): filters.reduce(0) { $0 + $1.lookupCount }
        }
    }

    /// Whether the tree says at its top that every result must have a keyword.
    func demands(_ keyword: Keyword) -> Bool {
        switch self {
        case .condition(let condition): condition.hasKeyword == keyword
        case .all(let filters): filters.contains { $0.demands(keyword) }
        case .any, .noneOf: false
        }
    }

    /// Takes out a maildrop that every result must be stored from, where the tree says so at its top.
    mutating func takeMaildrop() -> MaildropID? {
        switch self {
        case .condition(var condition):
            let maildrop = condition.maildrop
            condition.maildrop = nil
            self = .condition(condition)
            return maildrop
        case .all(var filters):
            for index in filters.indices {
                if let maildrop = filters[index].takeMaildrop() {
                    self = .all(filters)
                    return maildrop
                }
            }
            return nil
        case .any, .noneOf:
            return nil
        }
    }

    /// Takes out a mailbox that every result must be in, where the tree says so at its top: the list then begins there.
    mutating func takeMailbox() -> MailboxID? {
        switch self {
        case .condition(var condition):
            let mailbox = condition.inMailbox
            condition.inMailbox = nil
            self = .condition(condition)
            return mailbox
        case .all(var filters):
            for index in filters.indices {
                if let mailbox = filters[index].takeMailbox() {
                    self = .all(filters)
                    return mailbox
                }
            }
            return nil
        case .any, .noneOf:
            return nil
        }
    }
}
