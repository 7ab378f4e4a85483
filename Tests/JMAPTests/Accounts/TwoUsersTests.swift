import JSON
import MailModel
import Testing

/// An id of another account answers exactly as one that does not exist, for every method.
@Suite struct TwoUsersTests {
    /// Method and arguments; `$E`, `$T`, `$M`, `$P`, `$I` and `$B` stand for an email's, thread's, mailbox's, maildrop's,
    /// identity's and blob's id.
    private static let calls: [(method: String, arguments: String)] = [
        ("Mailbox/get", #"{"ids":["$M"]}"#), ("Mailbox/query", #"{"filter":{"parentId":"$M"}}"#),
        ("Mailbox/query", #"{"anchor":"$M"}"#), ("Mailbox/set", #"{"update":{"$M":{"name":"x"}}}"#),
        ("Mailbox/set", #"{"destroy":["$M"],"onDestroyRemoveEmails":true}"#),
        ("Mailbox/set", #"{"create":{"a":{"name":"x","parentId":"$M"}}}"#),
        ("Thread/get", #"{"ids":["$T"]}"#), ("Email/get", #"{"ids":["$E"],"fetchAllBodyValues":true}"#),
        ("Email/query", #"{"filter":{"inMailbox":"$M"}}"#), ("Email/query", #"{"anchor":"$E"}"#),
        ("Email/query", #"{"filter":{"inMailboxOtherThan":["$M"]}}"#),
        ("Email/set", #"{"update":{"$E":{"keywords/$seen":true}}}"#), ("Email/set", #"{"destroy":["$E"]}"#),
        ("Email/set", #"{"update":{"$OWN":{"mailboxIds":{"$M":true}}}}"#),
        ("Email/import", #"{"emails":{"a":{"blobId":"$B","mailboxIds":{"$INBOX":true}}}}"#),
        ("Email/import", #"{"emails":{"a":{"blobId":"$OWNBLOB","mailboxIds":{"$M":true}}}}"#),
        ("Email/set", #"{"create":{"a":{"mailboxIds":{"$M":true}}}}"#),
        ("Email/set", #"{"create":{"a":{"mailboxIds":{"$INBOX":true},"attachments":[{"blobId":"$B"}]}}}"#),
        ("Email/parse", #"{"blobIds":["$B","$B-1"]}"#), ("Blob/copy", #"{"fromAccountId":"$A","blobIds":["$B"]}"#),
        ("Blob/upload", #"{"create":{"a":{"data":[{"blobId":"$B"}]}}}"#),
        ("Blob/get", #"{"ids":["$B","$B-1"],"properties":["size"]}"#),
        ("Blob/lookup", #"{"typeNames":["Email"],"ids":["$B","$B-1"]}"#),
        ("SearchSnippet/get", #"{"filter":{"text":"message"},"emailIds":["$E"]}"#),
        ("Identity/get", #"{"ids":["$I"]}"#), ("Identity/set", #"{"update":{"$I":{"name":"x"}}}"#),
        ("Identity/set", #"{"destroy":["$I"]}"#),
        ("EmailSubmission/get", #"{"ids":["$S"]}"#), ("EmailSubmission/query", #"{"filter":{"emailIds":["$E"]}}"#),
        ("EmailSubmission/query", #"{"anchor":"$S"}"#),
        ("EmailSubmission/set", #"{"update":{"$S":{"undoStatus":"canceled"}}}"#),
        ("EmailSubmission/set", #"{"destroy":["$S"],"onSuccessDestroyEmail":["$S"]}"#),
        ("EmailSubmission/set", #"{"create":{"a":{"identityId":"$I","emailId":"$OWN"}}}"#),
        ("EmailSubmission/set", #"{"create":{"a":{"identityId":"$I","emailId":"$E"}}}"#),
        ("Maildrop/get", #"{"ids":["$P"]}"#), ("Maildrop/query", #"{"filter":{"mailboxId":"$M"}}"#),
        ("Maildrop/query", #"{"anchor":"$P"}"#), ("Maildrop/set", #"{"update":{"$P":{"enabled":false}}}"#),
        ("Maildrop/set", #"{"destroy":["$P"]}"#),
        ("Maildrop/set", #"{"create":{"a":{"name":"n","host":"h","username":"u","mailboxId":"$M"}}}"#),
        ("MaildropStatus/get", #"{"ids":["$P"]}"#), ("MaildropMessage/list", #"{"maildropId":"$P"}"#),
        ("Email/query", #"{"filter":{"maildropId":"$P"}}"#),
        ("MaildropJob/get", #"{"ids":["j1"]}"#), ("MaildropJob/set", #"{"destroy":["j1"]}"#),
        ("MaildropDeletion/list", #"{"maildropId":"$P"}"#), ("MaildropRetention/preview", #"{"maildropId":"$P"}"#),
        ("PollHistory/list", #"{"maildropId":"$P"}"#), ("PollHistory/days", #"{"maildropIds":["$P"]}"#),
    ]

    private static let allMethods = [
        "Mailbox/get", "Mailbox/changes", "Mailbox/query", "Mailbox/set", "Thread/get", "Thread/changes", "Email/get",
        "Email/changes", "Email/query", "Email/set", "Email/import", "Maildrop/get", "Maildrop/changes",
        "Maildrop/query",
        "Maildrop/set", "MaildropStatus/get", "MaildropStatus/changes", "Mailbox/queryChanges", "Email/queryChanges",
        "Email/copy", "Email/parse", "SearchSnippet/get", "Blob/copy", "Identity/get", "Identity/changes",
        "Identity/set", "Blob/upload", "Blob/get", "Blob/lookup", "MaildropMessage/list",
        "EmailSubmission/get", "EmailSubmission/changes", "EmailSubmission/query",
        "EmailSubmission/queryChanges", "EmailSubmission/set",
        "MaildropJob/get", "MaildropJob/changes", "MaildropJob/set",
        "MaildropDeletion/list", "MaildropRetention/preview",
        "User/get", "User/changes", "User/query", "User/set", "Device/get", "Device/changes", "Device/set",
        "Session/get", "Session/changes", "Session/set", "Storage/get", "PollHistory/list", "PollHistory/days",
    ]

    @Test func everyMethodKnowsOnlyTheOwnAccount() async throws {
        try await World.with { world async throws in
            for method in Self.allMethods {
                var answers: [JSONValue] = []
                for account in [world.bob.accountID, "a999999"] {
                    answers.append(try await world.alice.calls(#"[["\#(method)",{"accountId":"\#(account)"},"c"]]"#))
                }
                #expect(answers[0][0][1]["type"] == "accountNotFound", "\(method)")
                #expect(answers[0] == answers[1], "\(method)")
            }
        }
    }

    /// Bob's account gets more of everything first, so that his ids stand for nothing in Alice's.
    @Test func everyIdOfAnotherAccountIsAsAbsent() async throws {
        try await World.with { world async throws in
            var foreign: [String: String] = [:]
            for number in 0..<3 { foreign["$E"] = try await world.bob.deliver(Sample.plain(number)) }
            let email = try await world.bob.call("Email/get", #"{"ids":["\#(foreign["$E"] ?? "")"]}"#)["list"][0]
            foreign["$T"] = email["threadId"].string
            foreign["$B"] = email["blobId"].string
            foreign["$M"] =
                try await world.bob.call("Mailbox/set", #"{"create":{"a":{"name":"Bob's"}}}"#)["created"]["a"]["id"]
                .string
            foreign["$P"] =
                try await world.bob.call(
                    "Maildrop/set",
                    #"{"create":{"a":{"name":"n","host":"h","username":"u","submission":{"host":"h"}}}}"#)["created"][
                    "a"]["id"]
                .string
            foreign["$I"] =
                try await world.bob.call("Identity/set", #"{"create":{"a":{"email":"b@x.example"}}}"#)["created"]["a"][
                    "id"
                ].string
            foreign["$S"] = try await submission(of: world.bob, foreign)
            let absent = [
                "$S": "s999", "$I": "i999", "$E": "e999", "$T": "t999", "$M": "m999", "$P": "p999",
                "$B": "b" + String(repeating: "0", count: 64),
            ]
            var own = ["$OWN": try await world.alice.deliver(Sample.plain(7))]
            own["$INBOX"] = try await world.alice.mailbox("inbox")
            own["$OWNBLOB"] = try await world.alice.upload(Sample.plain(8))
            let bobBefore = try await world.bob.calls(Self.everything)
            for (method, arguments) in Self.calls {
                var answers: [String] = []
                for ids in [foreign, absent] {
                    let text = Self.filled(arguments, ids.merging(own) { $1 })
                    var writer = JSONWriter()
                    writer.value(try await world.alice.call(method, text))
                    answers.append(try Self.emptied(String(decoding: writer.bytes, as: UTF8.self), ids))
                }
                #expect(answers[0] == answers[1], "\(method) \(arguments)")
            }
            #expect(try await world.bob.calls(Self.everything) == bobBefore)
        }
    }

    private static let everything =
        #"[["Mailbox/get",{"accountId":"$A"},"0"],["Email/get",{"accountId":"$A"},"1"],["Maildrop/get",{"accountId":"$A"},"2"]]"#

    /// Replaces the stand-ins by ids, longer names first.
    private static func filled(_ text: String, _ ids: [String: String]) -> String {
        ids.sorted { $0.key.count > $1.key.count }.reduce(text) { $0.replacing($1.key, with: $1.value) }
    }

    /// Replaces the ids by their stand-ins where they stand as words: a state may hold the same letters.
    private static func emptied(_ text: String, _ ids: [String: String]) throws -> String {
        try ids.reduce(text) { text, pair in text.replacing(try Regex("\\b\(pair.value)\\b"), with: pair.key) }
    }

    /// A message that waits, in the account of `client`.
    private func submission(of client: Client, _ ids: [String: String]) async throws -> String? {
        let email = try await client.deliver("From: b@x.example\nTo: c@x.example\n\nhi\n")
        let set = try await client.call(
            "EmailSubmission/set",
            #"{"create":{"a":{"identityId":"\#(ids["$I"] ?? "")","emailId":"\#(email)"}}}"#)
        return set["created"]["a"]["id"].string
    }
}
