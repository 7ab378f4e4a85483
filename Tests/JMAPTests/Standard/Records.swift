import JSON
import MailModel

/// One record of every type that has ids, in Alice's account: what holds of all types is tested with each of them.
struct Records {
    let world: World
    /// By the type's name.
    private(set) var ids: [String: String] = [:]

    private static let draft =
        "From: ann@example.org\nTo: bob@example.net\nSubject: s\nMessage-ID: <draft@example.org>\n\nhi\n"

    static let gettable = [
        "Mailbox", "Thread", "Email", "EmailView", "Identity", "EmailSubmission", "Maildrop", "MaildropStatus",
    ]
    static let settable = ["Mailbox", "Email", "Identity", "EmailSubmission", "Maildrop"]
    static let queryable = ["Mailbox", "Email", "EmailSubmission", "Maildrop"]
    static let followable = ["Mailbox", "Email", "EmailSubmission"]

    init(_ world: World) async throws {
        self.world = world
        let email = try await world.alice.deliver(Self.draft, to: [.drafts], keywords: [.draft])
        ids["Email"] = email
        ids["EmailView"] = email
        ids["Thread"] =
            try await world.alice.call("Email/get", #"{"ids":["\#(email)"],"properties":["threadId"]}"#)["list"][0][
                "threadId"
            ].string
        ids["Mailbox"] = try await create("Mailbox", #"{"name":"Box"}"#)
        let maildrop = try await create(
            "Maildrop",
            #"""
            {"name":"drop","host":"pop.example.org","username":"ann@example.org","password":"secret",
            "submission":{"host":"smtp.example.org"}}
            """#)
        ids["Maildrop"] = maildrop
        ids["MaildropStatus"] = maildrop
        let identity = try await world.alice.call("Identity/get")["list"][0]["id"].string ?? "none"
        ids["Identity"] = identity
        ids["EmailSubmission"] = try await submit(email, identity)
    }

    func id(_ type: String) -> String { ids[type] ?? "none" }

    private func create(_ type: String, _ record: String) async throws -> String {
        try await world.alice.call("\(type)/set", #"{"create":{"k":\#(record)}}"#)["created"]["k"]["id"].string
            ?? "none"
    }

    /// A message that waits for a minute before it is sent.
    func submit(_ email: String, _ identity: String) async throws -> String {
        try await create(
            "EmailSubmission",
            #"""
            {"identityId":"\#(identity)","emailId":"\#(email)","envelope":{"mailFrom":{"email":"ann@example.org",
            "parameters":{"HOLDFOR":"60"}},"rcptTo":[{"email":"bob@example.net"}]}}
            """#)
    }

    /// Makes one more record of each type, or changes one where that is what the type does.
    func addOneOfEach(_ number: Int) async throws {
        try await world.alice.deliver(Sample.plain(100 + number))
        _ = try await create("Mailbox", #"{"name":"Box \#(number)"}"#)
        _ = try await create("Identity", #"{"email":"number\#(number)@example.org"}"#)
        _ = try await create(
            "Maildrop", #"{"name":"drop \#(number)","host":"pop\#(number).example.org","username":"ann"}"#)
        _ = try await submit(id("Email"), id("Identity"))
    }

    func state(_ type: String) async throws -> String {
        try await world.alice.call("\(type)/get", #"{"ids":[]}"#)["state"].string ?? "none"
    }
}
