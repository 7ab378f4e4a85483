import Foundation
import JSON
import Synchronization
import TestSupport
import Testing

@testable import Daemon

struct DemoTests {
    @Test func theCurlLineAnswersWithTheNewestMail() async throws {
        let folder = try TemporaryFolder("demo")
        let (texts, told) = AsyncStream.makeStream(of: String.self)
        let demo = Demo(
            directory: folder.path, messages: 7, port: 0, farewell: "Good bye.", logger: ServerFolder.silence,
            announce: { told.yield($0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await demo.run() }
            group.addTask {
                for await text in texts {
                    try Self.tryCurl(in: text)
                    return
                }
            }
            do {
                try await group.next()
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
            while (try? await group.next()) != nil {}
        }
    }

    /// As the page at the address does it.
    private static func signIn(as text: String) throws {
        let line = try #require(text.firstMatch(of: /Browser +(http:.*\/) +\(user (\w+), password (\w+)\)/))
        let status = try ExternalTool("curl", package: "curl").run([
            "-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Content-Type: application/json",
            "-H", "Sec-Fetch-Site: same-origin", "-d", #"{"username": "\#(line.2)", "password": "\#(line.3)"}"#,
            "\(line.1)auth/session",
        ])
        #expect(status == "200")
    }

    private static func tryCurl(in text: String) throws {
        #expect(text.contains("7 messages polled") && text.contains("Good bye."))
        try signIn(as: text)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("curl -s ") })
        let output = try ExternalTool("sh", package: "dash").run(["-c", String(line)])
        let answer = try JSONParser.parse(Array(output.utf8))
        let responses = try #require(answer["methodResponses"]?.array)
        #expect(responses.map { $0.array?.first?.string } == ["Email/query", "Email/get"])
        #expect(responses.first?.array?[1]["ids"]?.array?.count == 1)
    }
}
