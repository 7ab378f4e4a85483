import MailModel
import Testing

@testable import MailStore

/// A device that keeps a list by /queryChanges alone (RFC 8620 §5.6).
struct QueryFollower: Sendable {
    let query: EmailQuery
    private(set) var list: [EmailID]
    private var state: StateToken

    init(_ query: EmailQuery, _ reader: AccountReader) throws {
        self.query = query
        let result = try reader.query(query)
        list = result.ids
        state = result.queryState
    }

    /// Patches the list as a client does, and compares it with a new one.
    mutating func follow(_ reader: AccountReader) throws {
        let changes = try reader.queryChanges(query, since: state)
        let removed = Set(changes.removed)
        #expect(removed.count == changes.removed.count)
        list.removeAll { removed.contains($0) }
        #expect(changes.added.map(\.index) == changes.added.map(\.index).sorted())
        for added in changes.added {
            guard added.index <= list.count, !list.contains(added.id) else {
                Issue.record("\(added) does not fit into the list of \(query)")
                break
            }
            list.insert(added.id, at: added.index)
        }
        let present = try reader.query(query)
        #expect(list == present.ids, "\(query)")
        #expect(changes.total == present.total)
        #expect(changes.newState == present.queryState)
        (list, state) = (present.ids, present.queryState)
        try comparePage(reader)
    }

    /// A page of the list is what the whole list has there, whichever way leads to it.
    private func comparePage(_ reader: AccountReader) throws {
        var page = query
        (page.total, page.position, page.limit) = (.omit, list.count / 3, 1 + list.count / 2)
        #expect(
            try reader.query(page).ids == Array(list.dropFirst(list.count / 3).prefix(1 + list.count / 2)), "\(page)")
    }
}
