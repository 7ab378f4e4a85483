import JSON
import MailModel
import MailStore
import Testing

/// A maildrop's `submission`: where mail is sent with, and what a device may not do with it.
@Suite struct MaildropSubmissionTests {
    private func create(_ world: World, _ submission: String) async throws -> JSONValue {
        try await world.alice.call(
            "Maildrop/set",
            #"""
            {"create":{"k":{"name":"a","host":"pop.example.org","username":"ann@example.org","password":"secret",
            "submission":\#(submission)}}}
            """#)
    }

    private func submission(_ world: World) async throws -> JSONValue {
        try await world.alice.call("Maildrop/get", #"{"properties":["submission"]}"#)["list"][0]["submission"]
    }

    @Test func whatIsLeftOutHasItsDefault() async throws {
        for (given, stored) in [
            (
                #"{"host":"SMTP.example.org"}"#,
                #"{"host":"smtp.example.org","port":465,"security":"tls","signIn":"same","username":null,"#
            ),
            (
                #"{"host":"h","security":"starttls","username":"x","password":"p"}"#,
                #"{"host":"h","port":587,"security":"starttls","signIn":"own","username":"x","#
            ),
        ] {
            try await World.with { world async throws in
                #expect(try await create(world, given)["notCreated"] == .null)
                let hasPassword = given.contains("password")
                #expect(
                    try await submission(world)
                        == (try json(stored + #""hasPassword":\#(hasPassword),"certificatePin":null}"#)))
            }
        }
    }

    @Test(arguments: [
        "1", "{}", #"{"host":""}"#, #"{"host":"h","port":0}"#, #"{"host":"h","security":"x"}"#,
        #"{"host":"h","signIn":"own"}"#, #"{"host":"h","signIn":"same","username":"x"}"#, #"{"host":"h","x":1}"#,
        #"{"host":"h","password":"p"}"#, #"{"host":"h","certificatePin":"00"}"#,
        #"{"host":"h","username":"x","password":""}"#,
    ]) func whatCannotBeIsRefused(_ given: String) async throws {
        try await World.with { world async throws in
            let set = try await create(world, given)
            #expect(set["notCreated"]["k"]["properties"].strings == ["submission"])
            #expect(try await world.alice.call("Maildrop/get")["list"].array?.isEmpty == true)
        }
    }

    @Test func aDeviceCantHaveAPasswordSentElsewhere() async throws {
        try await World.with { world async throws in
            func update(_ patch: String) async throws -> JSONValue {
                try await world.alice.call("Maildrop/set", #"{"update":{"p1":\#(patch)}}"#)["notUpdated"]["p1"]
            }
            #expect(try await create(world, #"{"host":"h"}"#)["notCreated"] == .null)
            #expect(
                try await update(#"{"submission":{"host":"evil.example"}}"#)["properties"].strings == ["submission"])
            #expect(try await update(#"{"submission/host":"evil.example"}"#)["properties"].strings == ["submission"])
            #expect(try await update(#"{"submission":{"host":"g"},"password":"secret"}"#) == .null)
            #expect(try await submission(world)["host"] == "g")
            #expect(try await update(#"{"submission":{"host":"g","username":"x","password":"p"}}"#) == .null)
            #expect(try await update(#"{"submission/host":"evil.example"}"#)["properties"].strings == ["submission"])
            #expect(try await update(#"{"name":"b"}"#) == .null)
            #expect(try await submission(world)["hasPassword"] == true)
            #expect(try await update(#"{"submission":{"host":"evil.example","signIn":"none"}}"#) == .null)
            #expect(try await submission(world)["hasPassword"] == false)
            #expect(try await update(#"{"submission":null}"#) == .null)
            #expect(try await submission(world) == .null)
        }
    }

    @Test func aMemberOnlyReachesPortsThatMailIsSentTo() async throws {
        try await World.with { world async throws in
            let set = try await world.bob.call(
                "Maildrop/set",
                #"""
                {"create":{"k":{"name":"a","host":"pop.example.org","username":"b@example.org",
                "submission":{"host":"smtp.example.org","port":25}},
                "l":{"name":"b","host":"pop.example.org","username":"c@example.org",
                "submission":{"host":"smtp.example.org","port":587,"security":"starttls"}}}}
                """#)
            #expect(set["notCreated"]["k"]["properties"].strings == ["submission"])
            #expect(set["created"].keys == ["l"])
        }
    }
}
