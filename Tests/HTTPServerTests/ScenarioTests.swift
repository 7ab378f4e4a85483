import HTTPTypes
import JMAP
import JSON
import MailStore
import NIOCore
import Testing

@testable import HTTPServer

/// The same conversation with the dispatcher alone and over HTTP: the answers are the same, octet for octet but for what
/// is each account's own.
@Suite struct ScenarioTests {
    private static let using =
        #""using":["urn:ietf:params:jmap:core","urn:ietf:params:jmap:mail","urn:ietf:params:jmap:blob","https://restante.example/ns/jmap/maildrop"]"#

    /// `$A` is the account, `$S` the last state that Email had.
    private static let calls: [String] = [
        #"[["Core\/echo",{"text":"\u00fc\ud83e\udd8a","n":[1,-2.5,null,true]},"e"],["No/such",{},"f"],["Core/echo",{},""]]"#,
        ##"""
        [["Mailbox/set",{"accountId":"$A","create":{"box":{"name":"Projekte – Ü"}}},"a"],
        ["Blob/upload",{"accountId":"$A","create":{"m":{"data":[{"data:asText":"From: Bob <b@x.example>\r\nSubject: "},
          {"data:asBase64":"SGVsbG8gd29ybGQ="},{"data:asText":"\r\nMessage-ID: <1@x>\r\n\r\nSome text\r\n"}]}}},"b"],
        ["Email/import",{"accountId":"$A","emails":{"i":{"blobId":"#m","mailboxIds":{"#box":true},
          "keywords":{"$Seen":true},"receivedAt":"2020-02-03T04:05:06Z"}}},"c"]]
        """##,
        ##"""
        [["Email/set",{"accountId":"$A","create":{"d":{"mailboxIds":{"m1":true},"messageId":["2@x"],"inReplyTo":["1@x"],
          "sentAt":"2021-01-01T00:00:00+01:00","from":[{"name":"Ä","email":"a@x.example"}],"subject":"Re: Hello world",
          "textBody":[{"partId":"p"}],"bodyValues":{"p":{"value":"short"}}}},
          "update":{"e1":{"keywords/$flagged":true},"e999":{}},"destroy":["e77"]},"a"]]
        """##,
        ##"""
        [["Email/query",{"accountId":"$A","filter":{"text":"hello"},"sort":[{"property":"receivedAt","isAscending":true}],
          "calculateTotal":true},"q"],
        ["Email/get",{"accountId":"$A","#ids":{"resultOf":"q","name":"Email/query","path":"/ids"},
          "fetchAllBodyValues":true,"properties":["id","blobId","threadId","mailboxIds","keywords","size","receivedAt",
          "sentAt","from","subject","preview","bodyStructure","bodyValues","header:Subject:asRaw","maildrop"]},"g"],
        ["Thread/get",{"accountId":"$A","#ids":{"resultOf":"g","name":"Email/get","path":"/list/*/threadId"}},"t"],
        ["SearchSnippet/get",{"accountId":"$A","filter":{"text":"hello"},
          "#emailIds":{"resultOf":"q","name":"Email/query","path":"/ids"}},"s"],
        ["Email/changes",{"accountId":"$A","sinceState":"$S"},"c"],
        ["Email/queryChanges",{"accountId":"$A","sinceQueryState":"$S","filter":{"inMailbox":"m1"}},"d"],
        ["Mailbox/get",{"accountId":"$A","ids":null},"m"]]
        """##,
        ##"""
        [["Email/set",{"accountId":"$A","ifInState":"stale","destroy":["e1"]},"a"],
        ["Email/set",{"accountId":"$A","update":{"e1":{"keywords":{},"keywords/$seen":true}}},"b"],
        ["Email/query",{"accountId":"$A","anchor":"e999"},"c"],["Email/get",{"accountId":"$A","ids":{}},"d"],
        ["Email/get",{"accountId":"a999","ids":[]},"e"],["Email/changes",{"accountId":"$A","sinceState":"x"},"f"],
        ["Identity/set",{"accountId":"$A","create":{"n":{"email":"me@x.example","name":"Me"}}},"g"],
        ["Maildrop/set",{"accountId":"$A","create":{"p":{"name":"P","host":"pop.example.org","username":"u"}}},"h"],
        ["MaildropStatus/get",{"accountId":"$A","ids":["#p"]},"i"],["Email/set",{"accountId":"$A","destroy":["e2"]},"j"]]
        """##,
    ]

    private static let refused: [String] = [
        "", "{", "[]", #"{"using":["urn:x"],"methodCalls":[]}"#, #"{"using":[],"methodCalls":[["Core/echo",{},1]]}"#,
        #"{"using":[],"using":[],"methodCalls":[]}"#,
    ]

    @Test func theDispatcherAndHTTPAnswerAlike() async throws {
        let server = try await TestServer.open()
        let jmap = server.server.core.jmap
        let principal = server.store.principal(forCommandLine: server.ada.user)
        try await server.test(.socket) { client in
            var states = ("", "")
            for calls in Self.calls {
                let request = "{\(Self.using),\"createdIds\":{},\"methodCalls\":\(calls)}"
                let alone = try await jmap.respond(
                    to: Self.filled(request, server.ada.account, states.0), principal: principal)
                let response = try await client.execute(
                    uri: "/jmap/api", method: .post, headers: Self.fields(server.bob),
                    body: ByteBuffer(bytes: Self.filled(request, server.bob.account, states.1)))
                #expect(response.status == .ok)
                let carried = Array(response.body.readableBytesView)
                #expect(
                    Self.masked(alone, server.ada.account) == Self.masked(carried, server.bob.account), "\(calls)")
                states = (Self.state(alone) ?? states.0, Self.state(carried) ?? states.1)
            }
            #expect(states.0.hasPrefix("s"))
            for body in Self.refused {
                let kind = await #expect(throws: RequestError.self) {
                    try await jmap.respond(to: Array(body.utf8), principal: principal)
                }?.kind.rawValue
                let response = try await client.execute(
                    uri: "/jmap/api", method: .post, headers: Self.fields(server.bob), body: ByteBuffer(string: body))
                let problem = try JSONParser.parse(Array(response.body.readableBytesView)).object
                #expect(problem?["type"]?.string == "urn:ietf:params:jmap:error:" + (kind ?? ""), "\(body)")
            }
        }
    }

    /// Without delay and in one piece: a client that waits for the rest of an answer would wait for its own
    /// acknowledgement (TCP's delayed ones).
    @Test func trap11AnAnswerComesInOnePiece() async throws {
        let server = try await TestServer.open()
        try await server.run { addresses in
            try await RawClient.connect(to: addresses[0].port) { connection in
                let body = #"{"using":["urn:ietf:params:jmap:core"],"methodCalls":[["Core/echo",{"a":1},"c"]]}"#
                for _ in 0..<5 {
                    try await connection.send(
                        "POST /jmap/api HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(server.ada.phone.secret)\r\n"
                            + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body)
                    let piece = try #require(try await connection.inbound.next())
                    let text = String(buffer: piece)
                    #expect(text.hasPrefix("HTTP/1.1 200"))
                    #expect(text.hasSuffix("}"))
                }
            }
        }
    }

    private static func fields(_ person: TestServer.Person) -> HTTPFields {
        var fields = person.phone.basic
        fields[.contentType] = "application/json"
        return fields
    }

    private static func filled(_ text: String, _ account: String, _ state: String) -> [UInt8] {
        Array(text.replacing("$A", with: account).replacing("$S", with: state).utf8)
    }

    /// The state of Email after a request that changed one.
    private static func state(_ response: [UInt8]) -> String? {
        let answers = (try? JSONParser.parse(response))?.object?["methodResponses"]?.array ?? []
        return answers.compactMap { answer -> String? in
            guard answer.array?.first?.string?.hasPrefix("Email/") == true else { return nil }
            return answer.array?.dropFirst().first?.object?["newState"]?.string
        }.first
    }

    /// The account's id, the epoch of its states and the session's state are its own.
    private static func masked(_ response: [UInt8], _ account: String) -> String {
        String(decoding: response, as: UTF8.self)
            .replacing("\"\(account)\"", with: "\"$A\"")
            .replacing(/\bs[0-9a-f]{1,8}-/, with: "sE-")
            .replacing(/"sessionState":"c[0-9a-f]+"/, with: "")
    }
}
