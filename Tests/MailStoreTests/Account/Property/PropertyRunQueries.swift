import MailModel
import Testing

@testable import MailStore

/// Queries against the model.
extension PropertyRun {
    static func compareQuery(_ reader: AccountReader, _ model: AccountModel, _ chooser: inout Chooser) throws {
        var query = self.query(model, &chooser)
        let list = model.list(query)
        query.limit = chooser.one([nil, 0, 1, 5, 1000]) ?? nil
        var start = chooser.number(-5...20)
        query.position = start
        if start < 0 { start = max(0, list.count + start) }
        if chooser.chance(40), let anchor = chooser.one(model.mails.keys.sorted()) {
            query.anchor = anchor
            query.anchorOffset = chooser.number(-3...3)
            guard let index = list.firstIndex(of: anchor) else {
                #expect(throws: MailStoreError.self) { try reader.query(query) }
                return
            }
            start = max(0, index + query.anchorOffset)
        }
        let result = try reader.query(query)
        #expect(result.total == list.count)
        #expect(result.position == start)
        #expect(result.ids == Array(list.dropFirst(start).prefix(query.limit ?? .max)))
    }

    /// Any query, for the whole list.
    static func query(_ model: AccountModel, _ chooser: inout Chooser) -> EmailQuery {
        EmailQuery(
            filter: chooser.chance(15) ? nil : filter(model, &chooser, depth: 2), order: order(&chooser),
            threads: chooser.chance(40) ? .firstOfThread : .everyEmail, total: .calculate)
    }

    private static func order(_ chooser: inout Chooser) -> EmailQuery.Order {
        guard chooser.chance(60) else { return chooser.chance(50) ? .newestFirst : .oldestFirst }
        let keyword = keyword(&chooser)
        let collation = chooser.one(Collation.allCases) ?? .unicodeCasemap
        let keys: [EmailQuery.SortKey] = [
            .receivedAt, .size, .sentAt, .from(collation), .to(collation), .subject(collation), .hasKeyword(keyword),
            .allInThreadHaveKeyword(keyword), .someInThreadHaveKeyword(keyword),
        ]
        return .init(
            (0..<chooser.number(1...3)).map { _ in
                .init(chooser.one(keys) ?? .size, chooser.chance(50) ? .ascending : .descending)
            })
    }

    private static func keyword(_ chooser: inout Chooser) -> Keyword {
        chooser.one([.seen, .flagged, .draft] + [Keyword("work")].compactMap { $0 }) ?? .seen
    }

    static func filter(_ model: AccountModel, _ chooser: inout Chooser, depth: Int) -> EmailFilter {
        if depth > 0, chooser.chance(40) {
            let parts = (0..<chooser.number(0...3)).map { _ in filter(model, &chooser, depth: depth - 1) }
            return chooser.one([.all(parts), .any(parts), .noneOf(parts)]) ?? .all([])
        }
        var condition = EmailCondition()
        if chooser.chance(50) { condition.inMailbox = chooser.one(model.boxes.keys.sorted()) }
        if chooser.chance(15) { condition.inMailboxOtherThan = chooser.some(model.boxes.keys).sorted() }
        let date = AccountFixture.start.adding(seconds: Int64(chooser.number(0...500)))
        if chooser.chance(15) { condition.before = date }
        if chooser.chance(15) { condition.after = date }
        if chooser.chance(10) { condition.minSize = chooser.number(100...500) }
        if chooser.chance(10) { condition.maxSize = chooser.number(100...500) }
        if chooser.chance(10) { condition.from = chooser.one(["ann", "bert", "zoe", "nobody"]) }
        if chooser.chance(5) {
            condition.header = HeaderCondition(name: "TO", text: chooser.one([nil, "Ann", "Zo"]) ?? nil)
        }
        let keyword = keyword(&chooser)
        switch chooser.number(0...9) {
        case 0: condition.hasKeyword = keyword
        case 1: condition.notKeyword = keyword
        case 2: condition.allInThreadHaveKeyword = keyword
        case 3: condition.someInThreadHaveKeyword = keyword
        case 4: condition.noneInThreadHaveKeyword = keyword
        default: break
        }
        return .condition(condition)
    }
}
