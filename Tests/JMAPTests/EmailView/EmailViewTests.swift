import JMAP
import JSON
import MailModel
import Testing

/// docs/jmap-view.md.
@Suite struct EmailViewTests {
    private static func html(_ body: String) -> String {
        "From: a@example.org\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n\(body)\n"
    }

    private func view(_ client: Client, _ message: String, _ arguments: String = "") async throws -> JSONValue {
        let id = try await client.deliver(message)
        return try await client.call("EmailView/get", #"{"ids":["\#(id)"]\#(arguments)}"#)["list"][0]
    }

    @Test func theHTMLIsSafeToShow() async throws {
        try await World.with { world async throws in
            let view = try await view(
                world.alice,
                Self.html(
                    "<style>p{color:red}</style><p onclick=a() id=x>é<script>b()</script><a href=https://a.example/>c</a>"
                ))
            #expect(
                view["html"]
                    == .string(
                        """
                        <style>
                        .m--body p{color:red}
                        </style><div class="m--body"><p id="m-x">é<a href="https://a.example/" target="_blank" \
                        rel="noopener noreferrer">c</a>
                        </p></div>
                        """))
            #expect(view["remoteImages"] == 0 && view["trackers"] == 0 && view["isTruncated"] == false)
            #expect(view["remoteHosts"] == .array([]))
        }
    }

    @Test func remoteImagesAreLoadedOnlyWhenAskedFor() async throws {
        try await World.with { world async throws in
            let message = Self.html(
                "<img src=https://a.example/1 alt=b><img src=https://none.example/2><img src=http://c.example/ width=1 height=1>"
            )
            let without = try await view(world.alice, message)
            #expect(without["html"].string?.contains(#"<img alt="b"><img>"#) == true)
            #expect(without["remoteImages"] == 2 && without["trackers"] == 1)
            #expect(without["remoteHosts"].strings == ["a.example", "none.example", "c.example"])
            let with = try await view(world.alice, message, #","remoteImages":true"#)
            let account = world.alice.accountID
            #expect(with["html"].string?.contains(#"<img src="/proxy/\#(account)/19" alt="b"><img>"#) == true)
            #expect(with["remoteImages"] == 2 && with["trackers"] == 1)
        }
    }

    @Test func nobodyLoadsThemWhenThereIsNoProxy() async throws {
        try await World.with { world async throws in
            let server = JMAPServer(store: world.store, clock: { World.now })
            let client = Client(store: world.store, server: server, principal: world.alice.principal)
            let view = try await view(client, Self.html("<img src=https://a.example/1>"), #","remoteImages":true"#)
            #expect(view["html"].string?.contains("<img>") == true)
            #expect(view["remoteImages"] == 1)
        }
    }

    private static let related = """
        From: a@example.org
        MIME-Version: 1.0
        Content-Type: multipart/related; boundary=b

        --b
        Content-Type: text/html

        <img src="cid:one@x"><img src=cid:two@x><img src=cid:none@x>
        --b
        Content-Type: image/png; name="a b/ü.png"
        Content-ID: <one@x>
        Content-Transfer-Encoding: base64

        AAAA
        --b
        Content-Type: image/svg+xml
        Content-ID: <two@x>

        <svg/>
        --b--

        """

    @Test func imagesThatArePartsAreDownloads() async throws {
        try await World.with { world async throws in
            let view = try await view(world.alice, Self.related)
            let parts = try await world.alice.call(
                "Email/get", #"{"ids":["\#(view["id"].string ?? "")"],"properties":["attachments"]}"#)
            let blob = parts["list"][0]["attachments"][0]["blobId"].string ?? "none"
            let source = "/jmap/download/\(world.alice.accountID)/\(blob)/a%20b%2F%C3%BC.png?type=image/png"
            #expect(view["html"].string?.contains("<img src=\"\(source)\"><img><img>") == true, "\(view)")
            let octets = try await world.server.download(
                blobID: blob, accountID: world.alice.accountID, principal: world.alice.principal)
            #expect(octets.size == 3)
        }
    }

    @Test func bothKindsOfImagesAreFoundBelowAProxysPath() async throws {
        try await World.with { world async throws in
            let server = JMAPServer(
                store: world.store, remoteImages: ProxiedImages(prefix: "/mail"), clock: { World.now })
            let client = Client(store: world.store, server: server, principal: world.alice.principal)
            let message = Self.related.replacing("cid:none@x", with: "https://a.example/1")
            let view = try await view(client, message, #","remoteImages":true"#)
            let html = try #require(view["html"].string)
            #expect(html.contains(#"<img src="/mail/jmap/download/\#(client.accountID)/"#), "\(html)")
            #expect(html.contains(#"<img src="/mail/proxy/\#(client.accountID)/19">"#), "\(html)")
        }
    }

    private static let mixed = """
        From: a@example.org
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b

        --b
        Content-Type: text/html

        <b>one
        --b
        Content-Type: image/gif
        Content-Disposition: inline; filename="x.gif"

        GIF
        --b
        Content-Type: text/plain; charset=iso-8859-1
        Content-Transfer-Encoding: quoted-printable

        tw=F6 <b> & more
        --b
        Content-Type: text/html

        <i>three
        --b--

        """

    @Test func partsStandInTheirOrder() async throws {
        try await World.with { world async throws in
            let view = try await view(world.alice, Self.mixed)
            let html = try #require(view["html"].string)
            let places = [
                "<b>one", "<img src=\"/jmap/download/", "alt=\"x.gif\"", "twö &lt;b&gt; &amp; more", "<i>three",
            ].map {
                html.firstRange(of: $0)?.lowerBound
            }
            #expect(!places.contains(nil), "\(html)")
            #expect(places.compactMap { $0 } == places.compactMap { $0 }.sorted())
        }
    }

    @Test func anEmailWithoutHTMLHasNoView() async throws {
        try await World.with { world async throws in
            let view = try await view(world.alice, Sample.plain(1))
            #expect(view["html"] == .null && view["remoteImages"] == 0 && view["remoteHosts"] == .array([]))
        }
    }

    @Test func itIsAStandardGet() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.plain(1))
            let answer = try await world.alice.call(
                "EmailView/get", #"{"ids":["\#(id)","e999","x"],"properties":["trackers"]}"#)
            #expect(answer["list"][0].keys == ["id", "trackers"])
            #expect(answer["notFound"].strings == ["e999", "x"])
            #expect(answer["state"] == (try await world.alice.call("Email/get", #"{"ids":[]}"#)["state"]))
            #expect(try await world.alice.call("EmailView/get")["list"].array?.count == 1)
            for wrong in [#"{"properties":["body"]}"#, #"{"remoteImages":null}"#, #"{"ids":[1]}"#, #"{"x":1}"#] {
                #expect(try await world.alice.error("EmailView/get", wrong) == "invalidArguments", "\(wrong)")
            }
            let others = try await world.bob.call("EmailView/get", #"{"ids":["\#(id)"]}"#)
            #expect(others["notFound"].strings == [id])
        }
    }

    @Test func itTakesTwentyEmails() async throws {
        try await World.with { world async throws in
            let ids = try await world.alice.deliverMany(21).map { "\"\($0)\"" }
            let twenty = #"{"ids":[\#(ids.prefix(20).joined(separator: ","))]}"#
            #expect(try await world.alice.call("EmailView/get", twenty)["list"].array?.count == 20)
            let more = #"{"ids":[\#(ids.joined(separator: ","))]}"#
            #expect(try await world.alice.error("EmailView/get", more) == "requestTooLarge")
            #expect(try await world.alice.error("EmailView/get") == "requestTooLarge")
        }
    }

    @Test func longBodiesAreCutAndFewFitACall() async throws {
        try await World.with { world async throws in
            let line = String(repeating: "x", count: 900) + "\n"
            let message = Self.html("<!--" + String(repeating: line, count: 4_700) + "--><p>a")
            var ids: [String] = []
            for _ in 0..<5 { ids.append("\"\(try await world.alice.deliver(message))\"") }
            let four = try await world.alice.call(
                "EmailView/get", #"{"ids":[\#(ids.prefix(4).joined(separator: ","))]}"#)
            #expect(four["list"].array?.count == 4)
            #expect(four["list"][0]["isTruncated"] == true)
            let five = #"{"ids":[\#(ids.joined(separator: ","))]}"#
            #expect(try await world.alice.error("EmailView/get", five) == "requestTooLarge")
        }
    }

    @Test func withoutItsCapabilityThereIsNone() async throws {
        try await World.with { world async throws in
            let answer = try await world.alice.request(
                #"""
                {"using":["urn:ietf:params:jmap:core","urn:ietf:params:jmap:mail"],
                "methodCalls":[["EmailView/get",{"accountId":"$A","ids":[]},"c"]]}
                """#)
            #expect(answer["methodResponses"][0][1]["type"] == "unknownMethod")
        }
    }
}
