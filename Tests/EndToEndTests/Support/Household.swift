import Foundation
import JSON
import TestSupport

/// One user's account with something of everything in it, and the ids of it all.
struct Household: Sendable {
    let user: String
    let account: String
    let device: Device
    var ids: IDs

    /// What somebody else might try to name.
    struct IDs: Sendable {
        var account = ""
        var mailbox = ""
        var email = ""
        var thread = ""
        var blob = ""
        var maildrop = ""
        var identity = ""
        var submission = ""
        var job = ""
        var user = ""
        var device = ""
        var session = ""
        var rule = ""
    }

    /// Makes a user with a device and `count` mailboxes, messages and maildrops (which are not polled); `ids` names the
    /// last of each. Ids count up within an account: those of a household with more are no ids of one with fewer.
    static func furnish(_ user: String, count: Int, in daemon: RunningDaemon) async throws -> Household {
        let account = try await daemon.addUser(user)
        let device = try await daemon.addDevice("phone", of: user)
        var household = Household(user: user, account: account, device: device, ids: IDs(account: account))
        household.ids.user = try await household.first("User")
        household.ids.device = try await household.first("Device")
        try await household.signInToABrowser()
        for number in 1...count {
            try await household.addMailbox("Box \(number)")
            try await household.addEmail(number, daemon)
            try await household.addMaildrop("provider \(number)", daemon)
            try await household.addIdentity("\(user)\(number)@example.org")
            try await household.addJob()
            try await household.addRule(number)
            try await household.addSubmission(from: "\(user)\(number)@example.org")
        }
        return household
    }

    private mutating func addMailbox(_ name: String) async throws {
        let made = try await device.call(
            "Mailbox/set", #"{"accountId":"\#(account)","create":{"k":{"name":"\#(name)"}}}"#)
        ids.mailbox = made.result.at("created/k/id")?.string ?? ""
    }

    /// The first id of a type that the user sees: the own one, while others have come later.
    private func first(_ type: String) async throws -> String {
        let list = try await device.call("\(type)/get", #"{"accountId":"\#(account)"}"#).result
        return list.at("list/0/id")?.string ?? ""
    }

    private mutating func signInToABrowser() async throws {
        let body = #"{"username":"\#(user)","password":"\#(RunningDaemon.password(of: user))"}"#
        let answer = try await device.request(
            "/auth/session",
            ["-H", "Content-Type: application/json", "-H", "Origin: \(device.base)", "--data-binary", body])
        ids.session = answer.json?.object?["sessionId"]?.string ?? ""
    }

    private mutating func addIdentity(_ address: String) async throws {
        let made = try await device.call(
            "Identity/set", #"{"accountId":"\#(account)","create":{"k":{"email":"\#(address)"}}}"#)
        ids.identity = made.result.at("created/k/id")?.string ?? ""
    }

    /// A test of the last maildrop, at whose port nobody listens.
    private mutating func addJob() async throws {
        let made = try await device.call(
            "MaildropJob/set",
            #"{"accountId":"\#(account)","create":{"k":{"type":"test","maildropId":"\#(ids.maildrop)"}}}"#)
        ids.job = made.result.at("created/k/id")?.string ?? ""
    }

    private mutating func addRule(_ number: Int) async throws {
        let made = try await device.call(
            "MailRule/set",
            #"""
            {"accountId":"\#(account)","create":{"k":{"conditions":{"subject":"number \#(number)"},
            "actions":{"mailboxId":"\#(ids.mailbox)"}}}}
            """#)
        ids.rule = made.result.at("created/k/id")?.string ?? ""
    }

    /// A message that waits to be sent, long enough.
    private mutating func addSubmission(from address: String) async throws {
        let made = try await device.call(
            "EmailSubmission/set",
            #"""
            {"accountId":"\#(account)","create":{"k":{"identityId":"\#(ids.identity)","emailId":"\#(ids.email)",
            "envelope":{"mailFrom":{"email":"\#(address)","parameters":{"HOLDFOR":"86400"}},
            "rcptTo":[{"email":"x@example.org"}]}}}}
            """#)
        ids.submission = made.result.at("created/k/id")?.string ?? ""
    }

    private mutating func addEmail(_ number: Int, _ daemon: RunningDaemon) async throws {
        let file = daemon.scratch("\(user)-\(number).eml")
        try "From: \(user)\(number)@example.org\r\nSubject: \(number) to \(user)\r\n\r\nHello \(user)\r\n"
            .write(toFile: file, atomically: true, encoding: .utf8)
        ids.blob = try await device.upload(file, to: account)
        let made = try await device.call(
            "Email/import",
            """
            {"accountId":"\(account)","emails":{"k":{"blobId":"\(ids.blob)","mailboxIds":{"\(ids.mailbox)":true}}}}
            """
        ).result
        ids.email = made.at("created/k/id")?.string ?? ""
        ids.thread = made.at("created/k/threadId")?.string ?? ""
    }

    private mutating func addMaildrop(_ name: String, _ daemon: RunningDaemon) async throws {
        let made = try await daemon.command(
            "maildrop", "add", name, "--user", user, "--host", "127.0.0.1", "--port", "1", "--username", name,
            "--password-file", try daemon.passwordFile("secret of \(user)"), "--disabled",
            "--smtp-host", name.hasSuffix(" 1") ? "127.0.0.1" : "", "--smtp-port", "1")
        ids.maildrop = made.object?["id"]?.string ?? ""
    }
}
