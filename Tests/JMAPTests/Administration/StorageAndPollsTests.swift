import JSON
import MailModel
import TestSupport
import Testing

@testable import MailStore

/// What is stored, and how polls went.
@Suite struct StorageAndPollsTests {
    @Test func whatAnAccountTakesIsToldByKind() async throws {
        try await World.with { world async throws in
            try await world.bob.deliverMany(3)
            let storage = try await world.bob.call("Storage/get")
            let use = storage["list"][0]
            #expect(storage["list"].array?.count == 1 && storage["server"] == .null)
            #expect(use["id"] == .string(world.bob.accountID) && use["userId"] == .string(world.bob.userID))
            #expect(use["emails"] == 3 && (use["messageOctets"].integer ?? 0) > 100)
            #expect((use["databaseOctets"].integer ?? 0) > 0)
            let kinds = ["databaseOctets", "bodyOctets", "intakeOctets", "searchOctets", "otherOctets"]
            #expect(use["octets"].integer == kinds.reduce(0) { $0 + (use[$1].integer ?? 0) })
            #expect(use["days"][0]["day"] == "2026-03-01" && use["days"][0]["emails"] == 3)
            let hers = try await world.bob.call("Storage/get", #"{"ids":["\#(world.alice.accountID)","a999"]}"#)
            #expect(hers["list"] == .array([]))
            #expect(hers["notFound"].strings == [world.alice.accountID, "a999"])
            #expect(try await world.bob.error("Storage/get", #"{"properties":["color"]}"#) == "invalidArguments")
        }
    }

    @Test func anAdministratorSeesTheServerAndItsBackups() async throws {
        try await World.with { world async throws in
            let before = try await world.alice.call("Storage/get", #"{"properties":["emails"]}"#)
            #expect(before["list"].array?.count == 2 && before["list"][0].keys == ["id", "emails"])
            #expect(before["server"]["lastBackup"] == .null && before["server"]["lastFailedBackup"] == .null)
            #expect((before["server"]["directoryOctets"].integer ?? 0) > 0)
            #expect((before["server"]["freeOctets"].integer ?? 0) <= (before["server"]["capacityOctets"].integer ?? 0))
            let folder = try TemporaryFolder("backup")
            _ = try await world.store.backup(to: folder.path("one"))
            let made = try await world.alice.call("Storage/get")["server"]
            #expect(made["lastBackup"]["folder"].string?.hasSuffix("/one") == true)
            #expect(made["lastBackup"]["error"] == .null && made["lastBackup"]["findings"] == 0)
            #expect((made["lastBackup"]["octets"].integer ?? 0) > 0 && made["lastFailedBackup"] == .null)
        }
    }

    private static func maildrop(_ client: Client) async throws -> (Account, MaildropID) {
        let made = try await client.call(
            "Maildrop/set", #"{"create":{"a":{"name":"P","host":"pop.example.org","username":"u"}}}"#)
        let id = try #require(made["created"]["a"]["id"].string.flatMap { MaildropID($0) })
        return (try await client.store.account(client.principal.account, for: client.principal), id)
    }

    private static func poll(_ hours: Int, fetched: Int = 1, error: String? = nil, _ cause: PollCause?) -> PollRecord {
        let at = World.now.adding(seconds: Int64(-3600 * hours))
        var record = PollRecord(
            beganAt: at, endedAt: at, error: error.map { ($0, "It failed.") }, listed: 9, fetched: fetched,
            octets: 100 * fetched)
        record.cause = cause
        return record
    }

    @Test func singlePollsArePagedWithTheirCauses() async throws {
        try await World.with { world async throws in
            let (account, id) = try await Self.maildrop(world.bob)
            let polls = [
                Self.poll(30, .request), Self.poll(20, fetched: 0, error: "timeout", .backOff),
                Self.poll(2, fetched: 3, .rhythm),
            ]
            for poll in polls { try await world.store.recordPoll(poll, of: id, in: account.id) }
            for _ in 0..<2 {
                try await world.store.recordPoll(Self.poll(1, fetched: 0, .rhythm), of: id, in: account.id)
            }
            let first = try await world.bob.call("PollHistory/list", #"{"maildropId":"\#(id)","limit":2}"#)
            #expect(first["list"].array?.count == 3)
            // What found nothing is put together, and is not on disk yet.
            #expect(first["list"][0]["polls"] == 2 && first["list"][0]["cause"] == .null)
            #expect(first["list"][1]["cause"] == "rhythm" && first["list"][1]["fetched"] == 3)
            #expect(first["list"][2]["error"]["type"] == "timeout" && first["list"][2]["cause"] == "backOff")
            let next = try #require(first["next"].string)
            let rest = try await world.bob.call("PollHistory/list", #"{"maildropId":"\#(id)","after":"\#(next)"}"#)
            #expect(rest["list"].array?.count == 1 && rest["list"][0]["cause"] == "request")
            #expect(rest["next"] == .null)
            // An administrator sees them too, by the user's id.
            let seen = try await world.alice.call(
                "PollHistory/list", #"{"userId":"\#(world.bob.userID)","maildropId":"\#(id)"}"#)
            #expect(seen["list"].array?.count == 4)
            for arguments in [
                #"{"maildropId":"p999"}"#, #"{"maildropId":"\#(id)","after":"x"}"#,
                #"{"maildropId":"\#(id)","limit":0}"#,
                #"{"maildropId":"\#(id)","userId":"u1"}"#, #"{"maildropId":"\#(id)","userId":"x"}"#, "{}",
            ] {
                #expect(try await world.bob.error("PollHistory/list", arguments) == "invalidArguments", "\(arguments)")
            }
        }
    }

    @Test func daysBeginWhereTheReaderIs() async throws {
        try await World.with { world async throws in
            let (account, id) = try await Self.maildrop(world.bob)
            // Noon today; 23:00 yesterday; noon 40 days ago.
            for poll in [
                Self.poll(24 * 40, .rhythm), Self.poll(13, fetched: 0, error: "timeout", .backOff),
                Self.poll(0, fetched: 2, .rhythm),
            ] {
                try await world.store.recordPoll(poll, of: id, in: account.id)
            }
            try await world.store.recordPoll(Self.poll(0, fetched: 0, .rhythm), of: id, in: account.id)
            let days = try await world.bob.call("PollHistory/days")["list"]
            #expect(days.array?.count == 2)
            #expect(days[0]["day"] == "2026-02-28" && days[0]["failures"] == 1 && days[0]["polls"] == 1)
            #expect(days[0]["lastError"]["type"] == "timeout")
            #expect(days[1]["day"] == "2026-03-01" && days[1]["polls"] == 2 && days[1]["fetched"] == 2)
            #expect(days[1]["octets"] == 200 && days[1]["lastError"] == .null)
            #expect(days[1]["maildropId"] == .string(id.description))
            let east = try await world.bob.call("PollHistory/days", #"{"utcOffset":7200}"#)["list"]
            #expect(east.array?.count == 1 && east[0]["polls"] == 3 && east[0]["failures"] == 1)
            let today = try await world.bob.call("PollHistory/days", #"{"days":1,"maildropIds":["\#(id)","p9"]}"#)
            #expect(today["list"].array?.count == 1 && today["notFound"].strings == ["p9"])
            let seen = try await world.alice.call("PollHistory/days", #"{"userId":"\#(world.bob.userID)"}"#)
            #expect(seen["list"] == days)
            #expect(try await world.alice.call("PollHistory/days")["list"] == .array([]))
            for arguments in [
                #"{"days":0}"#, #"{"days":32}"#, #"{"utcOffset":64801}"#, #"{"utcOffset":-64801}"#, #"{"userId":"u1"}"#,
            ] {
                #expect(try await world.bob.error("PollHistory/days", arguments) == "invalidArguments", "\(arguments)")
            }
        }
    }

    @Test func aStatusTellsWhatIsRememberedOfTheServer() async throws {
        try await World.with { world async throws in
            let (account, id) = try await Self.maildrop(world.bob)
            var memory = ServerMemory()
            (memory.method, memory.loginDelay) = ("SCRAM-SHA-256", 300)
            let known = memory
            let parked = UnstoredMessage(
                uniqueID: try #require(UniqueID("a".utf8)), octets: 8, state: .parked, reason: "Refused.", attempts: 2)
            try await account.write { writer in
                try writer.setServerMemory(known, of: id)
                try writer.recordUnstored([parked], of: id)
                _ = try writer.intend(
                    [
                        DueMessage(
                            key: MessageKey(parked.uniqueID, 0), octets: 8, email: EmailID(rawValue: 1), reason: .age)
                    ], of: id)
            }
            let status = try await world.bob.call("MaildropStatus/get")["list"][0]
            #expect(status["signInMethod"] == "SCRAM-SHA-256" && status["loginDelay"] == 300)
            #expect(status["parked"] == 1 && status["heldBack"] == 0 && status["certificate"] == .null)
            #expect(!status.keys.contains("deletions"))
            let counted = try await world.bob.call("MaildropStatus/get", #"{"properties":["deletions"]}"#)["list"][0]
            #expect(counted["deletions"]["intended"] == 1 && counted["deletions"]["absent"] == 0)
            let journal = try await world.bob.call("MaildropDeletion/list", #"{"maildropId":"\#(id)","limit":1}"#)
            #expect(journal["list"][0]["uniqueId"] == "a" && journal["list"][0]["state"] == "intended")
            #expect(journal["list"][0]["reason"] == "age" && journal["next"] == .null)
            for arguments in [
                #"{"maildropId":"p9"}"#, #"{"maildropId":"\#(id)","after":"x"}"#, #"{"maildropId":"\#(id)","limit":0}"#,
            ] {
                #expect(try await world.bob.error("MaildropDeletion/list", arguments) == "invalidArguments")
            }
        }
    }

    @Test func aRetentionIsTriedBeforeItIsSet() async throws {
        try await World.with { world async throws in
            let (account, id) = try await Self.maildrop(world.bob)
            let email = try await world.bob.deliver(Sample.plain(1))
            let message = StoredMessage(
                uniqueID: try #require(UniqueID("a".utf8)), octets: 50, fingerprint: [1],
                email: try #require(EmailID(email)))
            try await account.write { try $0.recordStored([message], of: id) }
            let own = try await world.bob.call("MaildropRetention/preview", #"{"maildropId":"\#(id)"}"#)
            #expect(own["held"]["messages"] == 1 && own["due"]["messages"] == 0)
            #expect(own["retention"]["deleteAfter"] == .null)
            let thought = try await world.bob.call(
                "MaildropRetention/preview", #"{"maildropId":"\#(id)","retention":{"deleteAfter":0}}"#)
            #expect(thought["due"]["messages"] == 1 && thought["byAge"]["messages"] == 1)
            let kept = try await world.bob.call(
                "MaildropRetention/preview",
                #"{"maildropId":"\#(id)","retention":{"deleteAfter":0,"keepUnread":true}}"#)
            #expect(kept["due"]["messages"] == 0 && kept["keptUnread"]["messages"] == 1)
            #expect(try await world.bob.call("Maildrop/get")["list"][0]["retention"]["deleteAfter"] == .null)
            for retention in [#"{"deleteAfter":-1}"#, #"{"deleteAfter":99999}"#, #"{"color":1}"#, "7"] {
                #expect(
                    try await world.bob.error(
                        "MaildropRetention/preview", #"{"maildropId":"\#(id)","retention":\#(retention)}"#)
                        == "invalidArguments", "\(retention)")
            }
            #expect(
                try await world.bob.error("MaildropRetention/preview", #"{"maildropId":"p9"}"#) == "invalidArguments")
        }
    }
}
