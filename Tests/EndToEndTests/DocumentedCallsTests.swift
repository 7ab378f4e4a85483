import Foundation
import JSON
import TestSupport
import Testing

/// The commands of docs/api.md, as they stand there, against a daemon.
@Suite struct DocumentedCallsTests {
    /// One command of the page with the heading it stands under.
    struct Passage: Sendable {
        let heading: String
        let command: String

        /// The methods that the heading names, in order.
        var methods: [String] { heading.matches(of: /[A-Z][A-Za-z]*\/[a-z]+/).map { String($0.output) } }
    }

    static func passages() throws -> [Passage] {
        let text = try String(contentsOfFile: Repository.root + "/docs/api.md", encoding: .utf8)
        var passages: [Passage] = []
        for section in text.components(separatedBy: "\n## ").dropFirst() {
            let heading = section.prefix { $0 != "\n" }
            for block in section.components(separatedBy: "```sh\n").dropFirst() {
                let command = block.components(separatedBy: "\n```").first ?? ""
                passages.append(Passage(heading: String(heading), command: command))
            }
        }
        return passages
    }

    @Test func everyCommandOfThePageIsAnswered() async throws {
        let passages = try Self.passages()
        #expect(passages.filter { $0.heading.first?.isNumber == true }.count == 14)
        let daemon = try await RunningDaemon.start()
        let household = try await Household.furnish("ada", count: 2, in: daemon)
        let variables = try await self.variables(household)
        try "From: ada@example.org\r\nSubject: a note\r\n\r\nTo myself\r\n"
            .write(toFile: daemon.scratch("note.eml"), atomically: true, encoding: .utf8)
        let listening = passages.filter { $0.heading.contains("event source") }
        #expect(listening.count == 2)
        for passage in passages where !passage.heading.contains("event source") {
            let output = try await run(passage, variables, daemon)
            for method in passage.methods {
                #expect(output.contains("[\"\(method)\","), "\(passage.heading): \(output)")
            }
            #expect(!output.contains("[\"error\","), "\(passage.heading): \(output)")
            #expect(!output.contains("\"notUpdated\":{\"") && !output.contains("\"notCreated\":{\""), "\(output)")
        }
        for passage in listening { try await hears(passage, household, variables, daemon) }
        let downloaded = try String(contentsOfFile: daemon.scratch("message.eml"), encoding: .utf8)
        #expect(downloaded.contains("Hello ada"))
        let moved = try await household.device.call(
            "Email/get", #"{"accountId":"\#(household.account)","ids":["\#(household.ids.email)"]}"#
        ).result.at("list/0")?.object
        #expect(moved?["keywords"]?.object?["$seen"] == .bool(true))
        #expect(moved?["mailboxIds"]?.object?[variables["ARCHIVE"] ?? ""] == .bool(true))
    }

    /// The event source ends after the first change: something is changed until it has.
    private func hears(
        _ passage: Passage, _ household: Household, _ variables: [String: String], _ daemon: RunningDaemon
    ) async throws {
        let output = try await withThrowingTaskGroup(of: String?.self) { group in
            group.addTask { try await self.run(passage, variables, daemon) }
            group.addTask {
                var value = "true"
                while !Task.isCancelled {
                    _ = try await household.device.call(
                        "Email/set",
                        """
                        {"accountId":"\(household.account)",\
                        "update":{"\(household.ids.email)":{"keywords/$flagged":\(value)}}}
                        """)
                    value = value == "true" ? "null" : "true"
                }
                return nil
            }
            let output = try await group.next() ?? nil
            group.cancelAll()
            return output ?? ""
        }
        #expect(output.contains("event: state\n") && output.contains("\"@type\":\"StateChange\""), "\(output)")
    }

    private func run(
        _ passage: Passage, _ variables: [String: String], _ daemon: RunningDaemon
    ) async throws -> String {
        let settings = variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return try await ExternalTool("env", package: "coreutils").runAside(
            settings + ["bash", "-euo", "pipefail", "-c", passage.command], in: daemon.scratch("."))
    }

    /// What the page's table says the variables are, found as it says.
    private func variables(_ household: Household) async throws -> [String: String] {
        let device = household.device
        let session = try await device.request("/.well-known/jmap").json?.object
        let account = session?.at("primaryAccounts")?.object?["urn:ietf:params:jmap:mail"]?.string ?? ""
        let mailboxes = try await device.call("Mailbox/get", #"{"accountId":"\#(account)","ids":null}"#).result
        let byRole = { (role: String) in
            mailboxes["list"]?.array?.first { $0.object?["role"] == .string(role) }?.object?["id"]?.string ?? ""
        }
        let state = try await device.call("Email/get", #"{"accountId":"\#(account)","ids":[]}"#).result["state"]
        let identity = try await device.call(
            "Identity/get", #"{"accountId":"\#(account)","ids":["\#(household.ids.identity)"]}"#)
        return [
            "URL": device.base, "LOGIN": "\(device.user):\(device.secret)", "ACCOUNT": account,
            "INBOX": byRole("inbox"), "ARCHIVE": byRole("archive"), "EMAIL": household.ids.email,
            "IDENTITY": household.ids.identity,
            "ADDRESS": identity.result.at("list/0/email")?.string ?? "", "BLOB": household.ids.blob,
            "STATE": state?.string ?? "",
        ]
    }
}
