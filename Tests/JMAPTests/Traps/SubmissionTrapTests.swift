import JSON
import MailModel
import Testing

/// What clients stumble over in sending, by number of the list of traps.
@Suite struct SubmissionTrapTests {
    @Test func trap40TheImpliedSetFollowsWithTheSameCallIdAndErrorsAreTheRFCs() async throws {
        try await World.with { world async throws in
            let records = try await Records(world)
            let (email, identity) = (records.id("Email"), records.id("Identity"))
            func create(_ record: String) async throws -> JSONValue {
                try await world.alice.call("EmailSubmission/set", #"{"create":{"k":{\#(record)}}}"#)
            }
            let answers = try await world.alice.calls(
                ##"""
                [["EmailSubmission/set",{"accountId":"$A","create":{"sub":{"identityId":"\##(identity)",
                "emailId":"\##(email)"}},"onSuccessUpdateEmail":{"#sub":{"keywords/$draft":null}}},"aerc"]]
                """##)
            #expect(answers[0][0] == "EmailSubmission/set" && answers[1][0] == "Email/set")
            #expect(answers[0][2] == "aerc" && answers[1][2] == "aerc")
            #expect(answers[1][1]["updated"].keys == [email])
            let created = answers[0][1]["created"]["sub"]
            #expect(created["sendAt"] == "2026-03-01T12:00:00Z" && created["undoStatus"] == "pending")

            let nobody = try await world.alice.deliver("From: ann@example.org\nSubject: to nobody\n\nhi\n")
            let refused = try await create(#""identityId":"\#(identity)","emailId":"\#(nobody)""#)
            #expect(refused["notCreated"]["k"]["type"] == "noRecipients")
            let other = try await world.alice.deliver("From: eve@example.org\nTo: bob@example.net\n\nhi\n")
            let foreign = try await create(#""identityId":"\#(identity)","emailId":"\#(other)""#)
            #expect(foreign["notCreated"]["k"]["type"] == "forbiddenFrom")
            for key in ["id", "name", "email", "replyTo", "bcc", "textSignature", "htmlSignature", "mayDelete"] {
                let list = try await world.alice.call("Identity/get")["list"]
                #expect((list.array ?? []).allSatisfy { $0.keys.contains(key) }, "\(key)")
            }
        }
    }
}
