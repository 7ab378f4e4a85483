import JSON
import MailModel
import MailStore

/// One record of every type that has ids, in Alice's account: what holds of all types is tested with each of them.
struct Records {
    let world: World
    /// Jobs wait here for somebody who carries them out.
    private let tickets: AsyncStream<JobTicket>
    /// By the type's name.
    private(set) var ids: [String: String] = [:]

    private static let draft =
        "From: ann@example.org\nTo: bob@example.net\nSubject: s\nMessage-ID: <draft@example.org>\n\nhi\n"

    static let gettable = [
        "Mailbox", "Thread", "Email", "EmailView", "Identity", "EmailSubmission", "Maildrop", "MaildropStatus",
        "MaildropJob", "User", "Device", "Session", "Quota",
    ]
    /// Those with a /changes: a view changes with its email.
    static let changing = gettable.filter { $0 != "EmailView" }
    static let settable = [
        "Mailbox", "Email", "Identity", "EmailSubmission", "Maildrop", "MaildropJob", "User", "Device", "Session",
    ]
    static let queryable = ["Mailbox", "Email", "EmailSubmission", "Maildrop", "User", "Quota"]
    static let followable = ["Mailbox", "Email", "EmailSubmission", "Quota"]

    init(_ world: World) async throws {
        self.world = world
        tickets = world.store.jobTickets()
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
        ids["MaildropJob"] = try await create("MaildropJob", #"{"type":"poll","maildropId":"\#(maildrop)"}"#)
        ids["User"] = try await create("User", #"{"name":"carol","password":"a long password"}"#)
        ids["Device"] = try await create("Device", #"{"name":"phone"}"#)
        ids["Session"] = try await signIn()
        ids["Quota"] = try await world.alice.call("Quota/query")["ids"][0].string ?? "none"
    }

    func id(_ type: String) -> String { ids[type] ?? "none" }

    private func create(_ type: String, _ record: String) async throws -> String {
        try await world.alice.call("\(type)/set", #"{"create":{"k":\#(record)}}"#)["created"]["k"]["id"].string
            ?? "none"
    }

    /// A session begins with signing in to a browser.
    private func signIn() async throws -> String {
        let result = try await world.store.signIn(
            userName: "alice", password: Secret("a long password"), from: "192.0.2.1", userAgent: "A browser")
        guard case .signedIn(_, let session, _) = result else { return "none" }
        return session.id.description
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
        _ = try await create("MaildropJob", #"{"type":"poll","maildropId":"\#(id("Maildrop"))"}"#)
        _ = try await create("User", #"{"name":"user\#(number)","password":"a long password"}"#)
        _ = try await create("Device", #"{"name":"device \#(number)"}"#)
        _ = try await signIn()
    }

    func state(_ type: String) async throws -> String {
        try await world.alice.call("\(type)/get", #"{"ids":[]}"#)["state"].string ?? "none"
    }
}
