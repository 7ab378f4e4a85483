import JMAP
import JSON
import MailModel
import Testing

/// RFC 8620 §2, RFC 8621 §1.3.
@Suite struct SessionTests {
    @Test func describesTheServerAndTheOnlyAccount() async throws {
        try await World.with { world async throws in
            let session = try JSONParser.parse(
                world.server.session(for: world.alice.principal, baseURL: "https://mail.example/"))
            #expect(
                session["capabilities"]["urn:ietf:params:jmap:core"]
                    == (try json(
                        #"""
                        {"maxSizeUpload":50000000,"maxConcurrentUpload":4,"maxSizeRequest":10000000,
                        "maxConcurrentRequests":8,"maxCallsInRequest":32,"maxObjectsInGet":5000,"maxObjectsInSet":1000,
                        "collationAlgorithms":["i;ascii-casemap","i;unicode-casemap"]}
                        """#)))
            #expect(session["accounts"].keys == [world.alice.accountID])
            let account = session["accounts"][world.alice.accountID]
            #expect(account["name"] == "alice")
            #expect(account["isPersonal"] == true)
            #expect(account["isReadOnly"] == false)
            let mail = account["accountCapabilities"]["urn:ietf:params:jmap:mail"]
            #expect(
                mail["emailQuerySortOptions"].strings == [
                    "receivedAt", "size", "from", "to", "subject", "sentAt", "hasKeyword", "allInThreadHaveKeyword",
                    "someInThreadHaveKeyword",
                ])
            #expect(mail["mayCreateTopLevelMailbox"] == true)
            #expect(mail["maxMailboxesPerEmail"] == .null)
            #expect(session["primaryAccounts"]["urn:ietf:params:jmap:mail"] == .string(world.alice.accountID))
            #expect(
                session["primaryAccounts"]["https://restante.example/ns/jmap/maildrop"]
                    == .string(world.alice.accountID))
            let maildrop = account["accountCapabilities"]["https://restante.example/ns/jmap/maildrop"]
            #expect(
                maildrop
                    == (try json(
                        #"""
                        {"maxMaildrops":100,"minPollInterval":10,"maxPollInterval":2592000,"maxConcurrentJobs":8,
                        "maxJobsPerMinute":30}
                        """#)))
            let admin = account["accountCapabilities"]["https://restante.example/ns/jmap/admin"]
            #expect(
                admin
                    == (try json(
                        #"{"userId":"u1","role":"administrator","mayManageUsers":true,"asksForPassword":false,"pop3":null}"#
                    )))
            let view = "https://restante.example/ns/jmap/view"
            #expect(session["capabilities"][view] == (try json("{}")))
            #expect(
                account["accountCapabilities"][view]
                    == (try json(#"{"maxObjectsInGet":20,"maxObjectsInUnsubscribe":10,"maxSnooze":158112000}"#)))
            #expect(session["primaryAccounts"][view] == .string(world.alice.accountID))
            #expect(
                account["accountCapabilities"]["https://restante.example/ns/jmap/rules"]
                    == (try json(#"{"maxRules":200,"maxSizeValue":1000,"maxKeywords":20}"#)))
            #expect(session["username"] == "alice")
            #expect(session["apiUrl"] == "https://mail.example/jmap/api")
            #expect(session["uploadUrl"] == "https://mail.example/jmap/upload/{accountId}")
            #expect(
                session["downloadUrl"]
                    == "https://mail.example/jmap/download/{accountId}/{blobId}/{name}?type={type}")
            #expect(
                session["eventSourceUrl"]
                    == "https://mail.example/jmap/eventsource?types={types}&closeafter={closeafter}&ping={ping}")
            #expect(session["state"].string == world.server.sessionState(for: world.alice.principal))
        }
    }

    @Test func itsStateIsOnesOwn() async throws {
        try await World.with { world async throws in
            let alice = world.server.sessionState(for: world.alice.principal)
            #expect(alice != world.server.sessionState(for: world.bob.principal))
            #expect(alice == world.server.sessionState(for: world.alice.principal))
        }
    }

    @Test func pushStateIsTheStateThatGetAnswersWith() async throws {
        try await World.with { world async throws in
            try await world.alice.deliver(Sample.plain(1))
            let push = try await world.server.pushState(for: world.alice.principal)
            for type in [
                "Mailbox", "Thread", "Email", "Maildrop", "MaildropStatus", "Identity", "EmailSubmission",
                "MaildropJob", "User", "Device", "Session", "Quota",
            ] {
                let state = try await world.alice.call("\(type)/get", #"{"ids":[]}"#)["state"].string
                #expect(push.states[try #require(DataType(rawValue: type))]?.description == state, "\(type)")
            }
            #expect(push.states[.emailDelivery] != nil)
        }
    }
}
