import JSON
import MailModel
import Testing

/// Reads of one request see one state, whatever is written meanwhile (RFC 8620 §5.1, §5.2, §5.5).
@Suite struct SnapshotTests {
    private static let reads = #"""
        [["Email/changes",{"accountId":"$A","sinceState":"$S"},"0"],["Email/get",{"accountId":"$A","ids":[]},"1"],
        ["Core/echo",{},"2"],["Email/query",{"accountId":"$A","calculateTotal":true},"3"],
        ["Mailbox/get",{"accountId":"$A"},"4"]]
        """#

    @Test func consecutiveReadsShareASnapshotWhileOthersWrite() async throws {
        try await World.with { world async throws in
            let state = try await world.alice.call("Email/get", #"{"ids":[]}"#)["state"].string ?? ""
            let calls = Self.reads.replacing("$S", with: state)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await world.alice.deliverMany(40) }
                for _ in 0..<3 {
                    group.addTask {
                        for _ in 0..<30 { Self.expectOneState(try await world.alice.calls(calls)) }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await world.alice.calls(calls)[3][1]["total"] == 40)
        }
    }

    private static func expectOneState(_ answers: JSONValue) {
        #expect(answers[0][1]["newState"] == answers[1][1]["state"])
        #expect(answers[0][1]["newState"] == answers[3][1]["queryState"])
        #expect(answers[3][1]["total"].integer == Int64(answers[0][1]["created"].strings.count))
        let total = (answers[4][1]["list"].array ?? []).reduce(Int64(0)) { $0 + ($1["totalEmails"].integer ?? 0) }
        #expect(answers[3][1]["total"].integer == total)
    }
}
