import Foundation
import JSON
import Logging
import MailModel
import MailStore
import TestSupport
import Testing

@testable import Daemon

/// Carries out verbs one after the other on a data directory of a test's own, as commands without a daemon do.
final class TransferFixture: Sendable {
    let folder: TemporaryFolder
    private let runner: CommandRunner

    init() async throws {
        folder = try TemporaryFolder()
        let settings = try SettingsReader(environment: [:], isRoot: false).read(
            file: nil, overrides: ["dataDirectory": folder.path("data"), "keyFile": folder.path("key")])
        runner = CommandRunner(settings: settings, logger: .quiet)
        try await run("user.add", ["name": .string("ada"), "password": .string("correct horse")])
    }

    @discardableResult
    func run(_ verb: String, _ arguments: KeyValuePairs<String, JSONValue?> = [:]) async throws -> JSONValue {
        try await runner.run(verb, JSONValue.object(arguments).object ?? JSONObject()).0
    }

    @discardableResult
    func run(_ request: CommandRequest) async throws -> JSONValue {
        try await runner.run(request.verb, request.arguments).0
    }

    @discardableResult
    func importMail(_ path: String, mailbox: String? = nil, again: Bool = false) async throws -> JSONValue {
        try await run(
            "import", ["path": .string(folder.path(path)), "mailbox": .text(mailbox), "again": .bool(again)])
    }

    @discardableResult
    func export(_ path: String, _ format: ExportFormat) async throws -> JSONValue {
        try await run(
            "export", ["folder": .string(folder.path(path)), "format": .string(format.rawValue)])
    }

    /// One JMAP call; its answer's arguments.
    func call(_ method: String, _ arguments: JSONValue) async throws -> JSONValue {
        try await run("call", ["method": .string(method), "arguments": arguments]).array?.last ?? .null
    }

    /// Names of mailboxes and how many emails each has; the empty ones are left out.
    func mailboxes() async throws -> [String: Int] {
        let list = try await call("Mailbox/get", .object(["ids": .null]))["list"]?.array ?? []
        return list.reduce(into: [:]) { counts, box in
            let total = Int(box["totalEmails"]?.integer ?? 0)
            if let name = box["name"]?.string, total > 0 { counts[name] = total }
        }
    }

    /// Each email's keywords, by subject.
    func keywords() async throws -> [String: Set<String>] {
        try await emails().reduce(into: [:]) { found, email in
            found[email["subject"]?.string ?? ""] = Set(email["keywords"]?.object?.members.map(\.key) ?? [])
        }
    }

    private func emails() async throws -> [JSONValue] {
        let ids = try await call("Email/query", .object([:]))["ids"] ?? .null
        return try await call("Email/get", .object(["ids": ids]))["list"]?.array ?? []
    }

    /// The blobs of all emails: what they are, octet for octet.
    func blobs() async throws -> Set<String> { Set(try await emails().compactMap { $0["blobId"]?.string }) }

    /// Gives the email of this subject other keywords.
    func setKeywords(_ keywords: [String], of subject: String) async throws {
        let email = try await emails().first { $0["subject"]?.string == subject }
        let id = try #require(email?["id"]?.string)
        var words = JSONObject()
        for keyword in keywords { words[keyword] = .bool(true) }
        var update = JSONObject()
        update[id] = .object(["keywords": .object(words)])
        let answer = try await call("Email/set", .object(["update": .object(update)]))
        try #require(answer["notUpdated"]?.object?.isEmpty ?? true)
    }

    func files(in path: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path(path)).sorted()
    }

    func text(_ path: String) throws -> String {
        String(decoding: try #require(FileManager.default.contents(atPath: folder.path(path))), as: UTF8.self)
    }
}
