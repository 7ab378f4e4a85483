import Foundation
public import JSON
import MailModel
import MailStore
import TestSupport
import Testing

@testable import Daemon

struct VerbTests {
    private let folder: ServerFolder

    init() throws { folder = try ServerFolder() }

    @discardableResult
    private func run(_ verb: String, _ arguments: KeyValuePairs<String, JSONValue?> = [:]) async throws -> JSONValue {
        try await folder.runner.run(verb, JSONValue.object(arguments).object ?? JSONObject()).0
    }

    private func addUsers(_ names: String...) async throws {
        for name in names { try await run("user.add", ["name": .string(name), "password": "correct horse"]) }
    }

    @Test func theOnlyUserNeedNotBeNamed() async throws {
        let none = await error { try await run("device.add", ["name": "phone"]) }
        #expect(none.status == .usage && none.message.contains("user add"))
        try await addUsers("ada")
        let device = try await run("device.add", ["name": "phone"])
        #expect(device["user"]?.string == "ada" && device["secret"]?.string?.count == 39)
        try await addUsers("ben")
        let several = await error { try await run("device.add", ["name": "tablet"]) }
        #expect(several.status == .usage && several.message.contains("ada, ben"))
    }

    @Test func anUnknownNameIsAnsweredWithTheKnownOnes() async throws {
        try await addUsers("ada")
        let user = await error { try await run("device.list", ["user": "eve"]) }
        #expect(user.status == .noUser && user.message == "There is no user \"eve\". There is: ada.")
        let device = await error { try await run("device.revoke", ["name": "phone"]) }
        #expect(device.status == .noInput && device.message.contains("There is none yet."))
    }

    @Test func usersAreListedWithWhoIsShutOut() async throws {
        try await addUsers("ada", "ben")
        try await run(
            "call",
            [
                "user": "ada", "method": "User/set",
                "arguments": .object(["update": .object(["u2": .object(["disabled": .bool(true)])])]),
            ])
        let users = try await run("user.list").array ?? []
        #expect(users.map { $0["name"]?.string } == ["ada", "ben"])
        #expect(users.map { $0["disabled"]?.bool } == [false, true])
    }

    @Test func theStatusCountsWhatWaitsToBeSent() async throws {
        try await addUsers("ada")
        let outgoing = try await run("status")["outgoing"]
        #expect(outgoing?["waiting"]?.integer == 0 && outgoing?["inDoubt"]?.integer == 0)
        let shown = Present.status(
            .object(["outgoing": .object(["waiting": .integer(2), "inDoubt": .integer(1)])]))
        #expect(shown.contains("2 messages wait to be sent.") && shown.contains("1 messages are in doubt"))
    }

    @Test func theStatusSaysWhatStaysAtTheProviderForWantOfRoom() {
        let row = JSONValue.object([
            "name": "work",
            "notices": .array([
                .object(["type": "overQuota", "description": "3 messages stay."]),
                .object(["type": "expire", "description": "Another matter."]),
            ]),
        ])
        let shown = Present.maildrops(.array([row]))
        #expect(shown.hasSuffix("\nwork: 3 messages stay."))
    }

    @Test func aMaildropIsAddedChangedShownAndRemoved() async throws {
        try await addUsers("ada")
        let added = try await run(
            "maildrop.add",
            ["name": "work", "host": "pop.example.org", "username": "ada", "password": "swordfish"])
        #expect(added["port"]?.integer == 995 && added["security"]?.string == "tls")
        #expect(added["hasPassword"]?.bool == true && added["password"] == nil)
        let changed = try await run(
            "maildrop.set",
            [
                "name": "work", "newName": "home", "security": "starttls", "pollInterval": 600, "mailbox": "archive",
                "certificatePin": .string(String(repeating: "AB:", count: 31) + "ab"),
            ])
        #expect(changed["name"]?.string == "home" && changed["port"]?.integer == 110)
        #expect(changed["certificatePin"]?.string == String(repeating: "ab", count: 32))
        #expect(changed["mailboxId"] != added["mailboxId"])
        let unpinned = try await run("maildrop.set", ["name": "home", "certificatePin": ""])
        #expect(unpinned["certificatePin"] == nil && unpinned["hasPassword"]?.bool == true)
        try await run("maildrop.remove", ["name": "home"])
        #expect(try await run("maildrop.list").array?.isEmpty == true)
    }

    @Test func badSettingsAreUsageOrDataErrorsThatSayWhatToWrite() async throws {
        try await addUsers("ada")
        let good: KeyValuePairs<String, JSONValue?> = ["name": "w", "host": "h", "username": "u"]
        try await run("maildrop.add", good)
        for (key, value, status) in [
            ("security", JSONValue.string("ssl"), CommandError.Status.usage), ("port", "995", .usage),
            ("certificatePin", "abc", .usage), ("mailbox", "Nowhere", .noInput), ("pollInterval", 1, .data),
            ("port", 70_000, .data), ("host", "pop3://h", .data),
        ] {
            let error = await error { try await run("maildrop.set", ["name": "w", key: value]) }
            #expect(error.status == status, "\(key)")
        }
    }

    @Test func aPollThatFailsIsShownWithItsCause() async throws {
        try await addUsers("ada")
        try await run(
            "maildrop.add",
            [
                "name": "w", "host": "127.0.0.1", "port": 1, "security": "plain",
                "username": "u", "password": "swordfish",
            ])
        let record = try await run("maildrop.poll", ["name": "w"])
        #expect(record["error", "type"]?.string != nil)
        let shown = try await run("maildrop.show", ["name": "w"])
        #expect(shown["state"]?.string == "failing" && shown["polls"]?.array?.count == 1)
        let findings = try await run("maildrop.test", ["name": "w"])
        #expect(Present.hasFailure(findings))
    }

    @Test func aJMAPCallFindsItsAccountByItself() async throws {
        try await addUsers("ada")
        let answer = try await run(
            "call", ["method": "Mailbox/get", "arguments": .object(["properties": .array(["role"])])])
        #expect(answer.array?.first?.string == "Mailbox/get")
        let unknown = try await run("call", ["method": "Nothing/get", "arguments": .object([:])])
        #expect(unknown.array?.first?.string == "error")
        let wrong = await error { try await run("call", ["method": "Core/echo", "arguments": 1]) }
        #expect(wrong.status == .usage)
    }

    @Test func theStoresCheckIsCleanAndCounts() async throws {
        try await addUsers("ada", "ben")
        let report = try await run("check.store")
        #expect(report["findings"]?.array?.isEmpty == true && report["counts", "accounts"]?.integer == 2)
    }

    @Test func everyVerbIsInTheOperatorsDocument() throws {
        let text = try String(contentsOfFile: Repository.root + "/docs/operations.md", encoding: .utf8)
        for verb in Verb.all { #expect(text.contains("| `\(verb.name)` |"), "\(verb.name)") }
    }

}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
}
