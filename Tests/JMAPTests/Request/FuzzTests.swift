import JMAP
import JSON
import MailModel
import TestSupport
import Testing

/// Requests nobody means: the server answers each with a response or a request error, and the store stays consistent.
@Suite struct FuzzTests {
    /// Calls that mutation starts from; `$E`, `$M` and `$B` stand for ids that exist.
    private static let seeds = [
        #"["Email/get",{"accountId":"$A","ids":["$E"],"properties":["id","header:From:asAddresses","bodyValues","bodyStructure"],"bodyProperties":["headers","partId"],"fetchAllBodyValues":true,"maxBodyValueBytes":7},"c"]"#,
        #"["Email/query",{"accountId":"$A","filter":{"operator":"AND","conditions":[{"inMailbox":"$M"},{"text":"a \"b\""},{"before":"2030-01-01T00:00:00Z"}]},"sort":[{"property":"receivedAt","isAscending":false}],"position":-1,"anchor":"$E","anchorOffset":2,"limit":3,"calculateTotal":true,"collapseThreads":true},"c"]"#,
        #"["Email/set",{"accountId":"$A","ifInState":null,"create":{"a":{}},"update":{"$E":{"keywords/$seen":true,"mailboxIds":{"$M":true}}},"destroy":["e9"]},"c"]"#,
        #"["Email/import",{"accountId":"$A","emails":{"a":{"blobId":"$B","mailboxIds":{"$M":true},"keywords":{"$seen":true},"receivedAt":"2020-01-01T00:00:00Z"}}},"c"]"#,
        ##"["Mailbox/set",{"accountId":"$A","create":{"k1":{"name":"x","parentId":"#k2"},"k2":{"name":"y"}},"update":{"$M":{"sortOrder":3}},"destroy":["#k1"],"onDestroyRemoveEmails":true},"c"]"##,
        #"["Mailbox/query",{"accountId":"$A","filter":{"hasAnyRole":true},"sort":[{"property":"name"}],"sortAsTree":true,"filterAsTree":true},"c"]"#,
        #"["Mailbox/changes",{"accountId":"$A","sinceState":"$S","maxChanges":1},"c"]"#,
        ##"["Thread/get",{"accountId":"$A","#ids":{"resultOf":"c","name":"Email/get","path":"/list/*/threadId"}},"d"]"##,
        ##"["Maildrop/set",{"accountId":"$A","create":{"p":{"name":"n","host":"h.example","port":995,"username":"u","password":"p","pollInterval":60,"markSeenOlderThan":null}},"update":{"#p":{"enabled":false}}},"c"]"##,
        #"["MaildropStatus/get",{"accountId":"$A","ids":null},"c"]"#,
        #"["Email/set",{"accountId":"$A","create":{"a":{"mailboxIds":{"$M":true},"from":[{"name":"Ü","email":"a@x"}],"header:X-A:asText:all":["b"],"sentAt":"2020-01-01T00:00:00+01:00","textBody":[{"partId":"1","type":"text/plain"}],"htmlBody":[{"partId":"2","type":"text/html"}],"bodyValues":{"1":{"value":"x"},"2":{"value":"<p>"}},"attachments":[{"blobId":"$B","type":"message/rfc822","name":"é.eml","cid":"c@x","disposition":"inline"}]}}},"c"]"#,
        #"["Email/set",{"accountId":"$A","create":{"a":{"mailboxIds":{"$M":true},"bodyStructure":{"type":"multipart/mixed","subParts":[{"partId":"1","header:X-B":" c","language":["de"]},{"blobId":"$B"}]},"bodyValues":{"1":{"value":"x","isTruncated":false}}}}},"c"]"#,
        #"["Email/queryChanges",{"accountId":"$A","sinceQueryState":"$S","filter":{"header":["subject","x"],"someInThreadHaveKeyword":"$seen"},"sort":[{"property":"from","collation":"i;ascii-casemap"},{"property":"hasKeyword","keyword":"$seen"}],"upToId":"$E","maxChanges":9,"collapseThreads":true,"calculateTotal":true},"c"]"#,
        #"["Mailbox/queryChanges",{"accountId":"$A","sinceQueryState":"$S","sort":[{"property":"name"}],"sortAsTree":true},"c"]"#,
        #"["Email/parse",{"accountId":"$A","blobIds":["$B","$B-1"],"properties":["subject","bodyStructure"],"fetchAllBodyValues":true},"c"]"#,
        #"["SearchSnippet/get",{"accountId":"$A","filter":{"operator":"OR","conditions":[{"text":"text*"},{"subject":"mess"}]},"emailIds":["$E"]},"c"]"#,
        #"["Blob/upload",{"accountId":"$A","create":{"b":{"data":[{"blobId":"$B","offset":1,"length":3},{"data:asText":"x"},{"data:asBase64":"YQ=="}],"type":"text/plain"}}},"c"]"#,
        #"["Blob/get",{"accountId":"$A","ids":["$B","$B-1"],"properties":["data","digest:sha-256","size"],"offset":1,"length":9},"c"]"#,
        #"["MaildropMessage/list",{"accountId":"$A","maildropId":"p1","after":"0.YQ==","limit":2,"unstoredOnly":true},"c"]"#,
        #"["Email/query",{"accountId":"$A","filter":{"maildropId":"p1","inMailbox":"$M"}},"c"]"#,
        #"["Blob/lookup",{"accountId":"$A","typeNames":["Email","Mailbox"],"ids":["$B","$B-1"]},"c"]"#,
        ##"["EmailSubmission/set",{"accountId":"$A","create":{"s":{"identityId":"i1","emailId":"$E","envelope":{"mailFrom":{"email":"a@x.example","parameters":{"HOLDFOR":"9"}},"rcptTo":[{"email":"b@x.example","parameters":null}]}}},"update":{"#s":{"undoStatus":"canceled"}},"onSuccessUpdateEmail":{"#s":{"keywords/$seen":true}},"onSuccessDestroyEmail":["s1"]},"c"]"##,
        #"["EmailSubmission/query",{"accountId":"$A","filter":{"emailIds":["$E"],"undoStatus":"pending","before":"2030-01-01T00:00:00Z"},"sort":[{"property":"sentAt"}]},"c"]"#,
        #"["Identity/set",{"accountId":"$A","create":{"i":{"email":"a@x.example","replyTo":[{"email":"b@x.example"}]}}},"c"]"#,
    ]

    @Test func mutatedRequestsAreAnsweredAndHarmNothing() async throws {
        try await World.with { world async throws in
            let email = try await world.alice.deliver(Sample.rich)
            let names = [
                "$E": email, "$M": try await world.alice.mailbox("inbox"),
                "$B": try await world.alice.upload(Sample.plain(2)),
                "$S": try await world.alice.call("Email/get", #"{"ids":[]}"#)["state"].string ?? "",
            ]
            var random = SeededRandom(seed: SeededRandom.seed)
            for round in 0..<SeededRandom.rounds {
                var calls: [JSONValue] = []
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    let seed = Self.seeds.randomElement(using: &random) ?? ""
                    let text = names.reduce(seed.replacing("$A", with: world.alice.accountID)) {
                        $0.replacing($1.key, with: $1.value)
                    }
                    calls.append(Self.mutated(try json(text), using: &random))
                }
                try await Self.send(calls, world, round)
            }
        }
    }

    private static func send(_ calls: [JSONValue], _ world: World, _ round: Int) async throws {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("using")
        writer.value(
            json: Array(
                #"["urn:ietf:params:jmap:core","urn:ietf:params:jmap:mail","urn:ietf:params:jmap:blob","https://restante.example/ns/jmap/maildrop"]"#
                    .utf8))
        writer.key("methodCalls")
        writer.value(.array(calls))
        writer.endObject()
        do {
            let response = try await world.server.respond(to: writer.bytes, principal: world.alice.principal)
            let answers = try JSONParser.parse(response, limits: .init(depth: 512))["methodResponses"]
            #expect(answers.array?.count == calls.count, "round \(round) of seed \(SeededRandom.seed)")
            for index in calls.indices {
                #expect(answers[index][1]["type"] != "serverFail", "\(String(decoding: writer.bytes, as: UTF8.self))")
            }
        } catch is RequestError {
            // A mutation that left no Request object.
        }
    }

    /// Replaces, removes, doubles or renames something, somewhere.
    private static func mutated(_ value: JSONValue, using random: inout SeededRandom) -> JSONValue {
        switch value {
        case .array(var items) where !items.isEmpty && Int.random(in: 0..<8, using: &random) > 0:
            let index = Int.random(in: 0..<items.count, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0: items.remove(at: index)
            case 1: items.append(items[index])
            default: items[index] = mutated(items[index], using: &random)
            }
            return .array(items)
        case .object(var object) where !object.isEmpty && Int.random(in: 0..<8, using: &random) > 0:
            guard let member = object.members.randomElement(using: &random) else { return value }
            switch Int.random(in: 0..<10, using: &random) {
            case 0: object[member.key] = nil
            case 1:
                object[member.key] = nil
                object[RandomWords.word(using: &random)] = member.value
            case 2: object[RandomWords.word(using: &random)] = RandomWords.value(using: &random)
            default: object[member.key] = mutated(member.value, using: &random)
            }
            return .object(object)
        case .null, .bool, .integer, .double, .string, .array, .object:
            return RandomWords.value(using: &random)
        }
    }

    @Test func requestsOfRandomOctetsAreRefused() async throws {
        try await World.with { world async throws in
            var random = SeededRandom(seed: SeededRandom.seed)
            let valid = Array(
                #"{"using":["urn:ietf:params:jmap:core"],"methodCalls":[["Core/echo",{"a":[1,"b"]},"c"]]}"#.utf8)
            for _ in 0..<SeededRandom.rounds {
                var body = valid
                for _ in 0..<Int.random(in: 1...5, using: &random) where !body.isEmpty {
                    let place = Int.random(in: 0..<body.count, using: &random)
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: body[place] = UInt8.random(in: 0...255, using: &random)
                    case 1: body.remove(at: place)
                    default: body.removeSubrange(place...)
                    }
                }
                let response = try? await world.server.respond(to: body, principal: world.alice.principal)
                if let response { _ = try JSONParser.parse(response) }
            }
        }
    }
}

/// Names and values that mean something to some method, and some that mean nothing to any.
private enum RandomWords {
    private static let words = [
        "ids", "properties", "filter", "sort", "update", "create", "destroy", "#ids", "accountId", "keywords",
        "keywords/$x",
        "mailboxIds", "mailboxIds/m1", "position", "anchor", "#a", "", "/", "~", "é", "\u{0}", "name", "parentId",
        "role",
        "inMailbox", "operator", "conditions", "text", "header:X:all", "id", "from/0", "blobId", "password",
    ]

    static func word(using random: inout SeededRandom) -> String { words.randomElement(using: &random) ?? "" }

    static func value(using random: inout SeededRandom) -> JSONValue {
        switch Int.random(in: 0..<11, using: &random) {
        case 0: .null
        case 1: .bool(Bool.random(using: &random))
        case 2: .integer(0)
        case 3: .integer(-JSONValue.largestInteger)
        case 4: .integer(JSONValue.largestInteger)
        case 5: .double(-1.5e300)
        case 6: .array([])
        case 7: .object(JSONObject())
        case 8: .string(["e1", "m1", "t1", "p1", "m999", "-1", "s0-0"].randomElement(using: &random) ?? "")
        case 9: .array([.string(word(using: &random)), .integer(1)])
        default: .string(word(using: &random))
        }
    }
}
