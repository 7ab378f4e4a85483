import JSON
import Testing

/// Where maildrops may be, by their user's role: alice is administrator, bob a member.
@Suite struct MaildropPlaceTests {
    private static func record(host: String, port: Int) -> String {
        #"{"name":"M","host":"\#(host)","port":\#(port),"username":"u","password":"s3cret"}"#
    }

    private static let places = [
        ("127.0.0.1", 995, "host"), ("::1", 995, "host"), ("10.1.2.3", 110, "host"), ("169.254.169.254", 110, "host"),
        ("::ffff:192.168.0.1", 995, "host"), ("pop.example.org", 25, "port"), ("pop.example.org", 1110, "port"),
    ]

    @Test(arguments: places)
    func aMemberCantPointAMaildropInside(_ host: String, _ port: Int, _ property: String) async throws {
        try await World.with { world async throws in
            let call = #"{"create":{"a":\#(Self.record(host: host, port: port))}}"#
            let refused = try await world.bob.call("Maildrop/set", call)["notCreated"]["a"]
            #expect(refused["type"] == "invalidProperties")
            #expect(refused["properties"] == .array([.string(property)]))
            #expect(refused["description"].string?.contains("administrator") == true)
            let created = try await world.alice.call("Maildrop/set", call)["created"]["a"]
            #expect(created["id"].string != nil)
        }
    }

    @Test func aMemberCantMoveOneInsideButMayChangeTheRest() async throws {
        try await World.with { world async throws in
            let record = Self.record(host: "pop.example.org", port: 995)
            let set = try await world.bob.call("Maildrop/set", #"{"create":{"a":\#(record)}}"#)
            let id = try #require(set["created"]["a"]["id"].string)
            for patch in [#"{"host":"127.0.0.1"}"#, #"{"port":6379}"#] {
                let update = try await world.bob.call("Maildrop/set", #"{"update":{"\#(id)":\#(patch)}}"#)
                #expect(update["notUpdated"][id]["type"] == "invalidProperties", "\(patch)")
            }
            let update = try await world.bob.call("Maildrop/set", #"{"update":{"\#(id)":{"enabled":false}}}"#)
            #expect(update["updated"].object?[id] != nil)
        }
    }
}
