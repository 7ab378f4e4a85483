import JSON
import MailModel
import TestSupport
import Testing

/// RFC 8621 §2.4.
@Suite struct MailboxQueryChangesTests {
    private static let byName = #""sort":[{"property":"name"}]"#

    @Test func tellsWhichMailboxesMoved() async throws {
        try await World.with { world async throws in
            let state = try await world.alice.call("Mailbox/query", "{\(Self.byName)}")["queryState"].string ?? ""
            let set = try await world.alice.call(
                "Mailbox/set", #"{"create":{"a":{"name":"000"},"b":{"name":"zzz"}}}"#)
            let (first, last) = (set["created"]["a"]["id"].string ?? "", set["created"]["b"]["id"].string ?? "")
            let count = try await world.alice.call("Mailbox/query")["ids"].strings.count
            let changes = try await world.alice.call(
                "Mailbox/queryChanges",
                #"{\#(Self.byName),"sinceQueryState":"\#(state)","calculateTotal":true}"#)
            #expect(changes["removed"].array?.isEmpty == true)
            #expect(
                changes["added"]
                    == (try json(#"[{"id":"\#(first)","index":0},{"id":"\#(last)","index":\#(count - 1)}]"#)))
            #expect(changes["total"].integer == Int64(count))
        }
    }

    @Test func newMailMovesNoMailbox() async throws {
        try await World.with { world async throws in
            let state = try await world.alice.call("Mailbox/query", "{\(Self.byName)}")["queryState"].string ?? ""
            try await world.alice.deliver(Sample.plain(1))
            let changes = try await world.alice.call(
                "Mailbox/queryChanges", #"{\#(Self.byName),"sinceQueryState":"\#(state)"}"#)
            #expect(changes["removed"].array?.isEmpty == true)
            #expect(changes["added"].array?.isEmpty == true)
            #expect(changes["newQueryState"].string != state)
        }
    }

    @Test func aListPatchedByItsChangesIsThePresentList() async throws {
        try await World.with { world async throws in
            var random = SeededRandom(seed: SeededRandom.seed)
            var queries = [
                #""sort":[{"property":"name"}]"#, #""sort":[{"property":"sortOrder","isAscending":false}]"#,
                #""sort":[{"property":"name"}],"sortAsTree":true"#,
                #""filter":{"name":"b"},"filterAsTree":true,"sortAsTree":true"#, #""filter":{"hasAnyRole":false}"#,
            ].map { (query: $0, ids: [String](), state: "") }
            for round in 0..<40 {
                if round > 0 { try await Self.change(world, &random) }
                for index in queries.indices {
                    let query = queries[index].query
                    let present = try await world.alice.call("Mailbox/query", "{\(query)}")
                    if round > 0 {
                        let changes = try await world.alice.call(
                            "Mailbox/queryChanges", #"{\#(query),"sinceQueryState":"\#(queries[index].state)"}"#)
                        let patched = Self.patch(queries[index].ids, changes)
                        #expect(patched == present["ids"].strings, "\(query), seed \(SeededRandom.seed)")
                    }
                    queries[index].ids = present["ids"].strings
                    queries[index].state = present["queryState"].string ?? ""
                }
            }
        }
    }

    private static func patch(_ list: [String], _ changes: JSONValue) -> [String] {
        let removed = Set(changes["removed"].strings)
        var list = list.filter { !removed.contains($0) }
        for added in changes["added"].array ?? [] {
            list.insert(added["id"].string ?? "", at: min(list.count, Int(added["index"].integer ?? 0)))
        }
        return list
    }

    /// Makes, renames, moves or destroys a mailbox; what is refused changes nothing.
    private static func change(_ world: World, _ random: inout SeededRandom) async throws {
        let all = try await world.alice.call("Mailbox/query")["ids"].strings
        let id = all.randomElement(using: &random) ?? ""
        let name = "\(["a", "b", "ab"].randomElement(using: &random) ?? "")\(Int.random(in: 0..<9, using: &random))"
        let parent = Bool.random(using: &random) ? "null" : #""\#(all.randomElement(using: &random) ?? "")""#
        switch Int.random(in: 0..<6, using: &random) {
        case 0, 1:
            try await world.alice.call("Mailbox/set", #"{"create":{"k":{"name":"\#(name)","parentId":\#(parent)}}}"#)
        case 2: try await world.alice.call("Mailbox/set", #"{"update":{"\#(id)":{"name":"\#(name)"}}}"#)
        case 3: try await world.alice.call("Mailbox/set", #"{"update":{"\#(id)":{"parentId":\#(parent)}}}"#)
        case 4:
            let order = Int.random(in: 0..<5, using: &random)
            try await world.alice.call("Mailbox/set", #"{"update":{"\#(id)":{"sortOrder":\#(order)}}}"#)
        default: try await world.alice.call("Mailbox/set", #"{"destroy":["\#(id)"]}"#)
        }
    }
}
