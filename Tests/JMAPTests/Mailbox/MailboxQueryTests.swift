import JSON
import Testing

/// RFC 8621 §2.3.
@Suite struct MailboxQueryTests {
    /// Beside the account's own: B with z and a in it, b, and a in the inbox; sort orders against the names.
    private static func fill(_ world: World) async throws -> [String: String] {
        let inbox = try await world.alice.mailbox("inbox")
        let set = try await world.alice.call(
            "Mailbox/set",
            ##"""
            {"create":{"B":{"name":"QB","sortOrder":3},"z":{"name":"Qz","parentId":"#B","sortOrder":1},
            "a":{"name":"Qa","parentId":"#B","sortOrder":2,"isSubscribed":false},"b":{"name":"qb2","sortOrder":2},
            "i":{"name":"Qi","parentId":"\##(inbox)","sortOrder":9}}}
            """##)
        return Dictionary(
            uniqueKeysWithValues: ["B", "z", "a", "b", "i"].map { ($0, set["created"][$0]["id"].string ?? "") })
    }

    private static func query(_ world: World, _ arguments: String) async throws -> [String] {
        try await world.alice.call("Mailbox/query", arguments)["ids"].strings
    }

    @Test func sortsByNameAndOrder() async throws {
        try await World.with { world async throws in
            let ids = try await Self.fill(world)
            func expect(_ sort: String, _ names: [String]) async throws {
                let found = try await Self.query(world, #"{"filter":{"name":"q"},"sort":\#(sort)}"#)
                #expect(found == names.compactMap { ids[$0] }, "\(sort)")
            }
            try await expect(#"[{"property":"name"}]"#, ["a", "B", "b", "i", "z"])
            try await expect(#"[{"property":"name","isAscending":false,"collation":null}]"#, ["z", "i", "b", "B", "a"])
            try await expect(#"[{"property":"sortOrder"},{"property":"name"}]"#, ["z", "a", "b", "B", "i"])
            try await expect(
                #"[{"property":"name","collation":"i;ascii-casemap","isAscending":true}]"#, ["a", "B", "b", "i", "z"])
            for sort in [#"[{"property":"totalEmails"}]"#, "[{}]", #"[{"property":"name","collation":"i;x"}]"#] {
                #expect(try await world.alice.error("Mailbox/query", #"{"sort":\#(sort)}"#) == "unsupportedSort")
            }
        }
    }

    @Test func sortsAndFiltersAsATree() async throws {
        try await World.with { world async throws in
            let ids = try await Self.fill(world)
            let sorted = try await Self.query(
                world, #"{"filter":{"name":"q"},"sort":[{"property":"name"}],"sortAsTree":true}"#)
            #expect(sorted == ["i", "B", "a", "z", "b"].compactMap { ids[$0] })
            let filtered = try await Self.query(
                world, #"{"filter":{"name":"q"},"sort":[{"property":"name"}],"filterAsTree":true}"#)
            #expect(filtered == ["a", "B", "b", "z"].compactMap { ids[$0] })
        }
    }

    @Test func filters() async throws {
        try await World.with { world async throws in
            let ids = try await Self.fill(world)
            let (inbox, trash) = (try await world.alice.mailbox("inbox"), try await world.alice.mailbox("trash"))
            func expect(_ filter: String, _ names: [String]) async throws {
                let found = try await Self.query(world, #"{"filter":\#(filter)}"#)
                #expect(Set(found) == Set(names.map { ids[$0] ?? $0 }), "\(filter)")
            }
            try await expect(#"{"parentId":"\#(inbox)"}"#, ["i"])
            try await expect(#"{"parentId":"nonsense"}"#, [])
            try await expect(#"{"role":"trash"}"#, [trash])
            try await expect(#"{"hasAnyRole":false}"#, ["B", "z", "a", "b", "i"])
            try await expect(#"{"isSubscribed":false}"#, ["a"])
            try await expect(#"{"name":"QB","role":null}"#, ["B", "b"])
            try await expect(
                #"{"operator":"OR","conditions":[{"role":"inbox"},{"operator":"AND","conditions":[{"name":"q"},{"operator":"NOT","conditions":[{"parentId":null}]}]}]}"#,
                [inbox, "z", "a", "i"])
            for filter in [
                #"{"name":1}"#, #"{"color":"red"}"#, #"{"operator":"XOR","conditions":[]}"#, #"{"operator":"AND"}"#,
                #"{"operator":"AND","conditions":[],"name":"x"}"#, #"{"operator":"AND","conditions":[1]}"#,
                #"{"hasAnyRole":null}"#,
            ] {
                let error = try await world.alice.error("Mailbox/query", #"{"filter":\#(filter)}"#)
                #expect(error == "invalidArguments", "\(filter)")
            }
        }
    }

    @Test func windows() async throws {
        try await World.with { world async throws in
            let ids = try await Self.fill(world)
            let base = #""filter":{"name":"q"},"sort":[{"property":"name"}]"#
            func expect(_ window: String, _ names: [String], position: Int64) async throws {
                let answer = try await world.alice.call("Mailbox/query", "{\(base),\(window)}")
                #expect(answer["ids"].strings == names.compactMap { ids[$0] }, "\(window)")
                #expect(answer["position"].integer == position, "\(window)")
                #expect(answer["total"] == .null)
                #expect(answer["limit"] == .null)
            }
            try await expect(#""position":1,"limit":2"#, ["B", "b"], position: 1)
            try await expect(#""position":-2"#, ["i", "z"], position: 3)
            try await expect(#""position":-9,"limit":1"#, ["a"], position: 0)
            try await expect(#""position":7"#, [], position: 7)
            try await expect(#""limit":0"#, [], position: 0)
            let anchor = ids["b"] ?? ""
            try await expect(
                #""anchor":"\#(anchor)","anchorOffset":-1,"position":4,"limit":2"#, ["B", "b"], position: 1)
            try await expect(#""anchor":"\#(anchor)","anchorOffset":-5,"limit":1"#, ["a"], position: 0)
            for anchor in ["m999", "nonsense", ""] {
                #expect(
                    try await world.alice.error("Mailbox/query", #"{\#(base),"anchor":"\#(anchor)"}"#)
                        == "anchorNotFound")
            }
            let total = try await world.alice.call("Mailbox/query", #"{\#(base),"limit":0,"calculateTotal":true}"#)
            #expect(total["total"] == 5)
            #expect(total["canCalculateChanges"] == true)
            #expect(total["queryState"].string?.isEmpty == false)
        }
    }
}
