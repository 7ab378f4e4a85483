import NIOCore
import Synchronization
import TestSupport
import Testing
import Transport

@Suite struct WireTraceTests {
    /// Everything a conversation leaves in a trace.
    private func trace(_ conversation: [(say: String, answer: String)]) async throws -> [String] {
        let lines = Mutex<[String]>([])
        let serve: @Sendable (Connection) async throws -> Void = { connection in
            for turn in conversation {
                _ = try await connection.read(count: turn.say.utf8.count)
                try await connection.write(turn.answer)
            }
        }
        try await withServer(serve: serve) { listener in
            let trace = WireTrace { line in lines.withLock { $0.append(line) } }
            try await Connector().withConnection(to: target(listener, start: .plain), trace: trace) { connection in
                for turn in conversation {
                    try await connection.write(turn.say)
                    _ = try await connection.read(count: turn.answer.utf8.count)
                }
            }
        }
        return lines.withLock { $0 }
    }

    @Test func masksPasswordsAndSASLPayloads() async throws {
        let lines = try await trace([
            ("USER ada\r\n", "+OK\r\n"), ("pass hunter2 x\r\n", "-ERR [AUTH] no\r\n"),
            ("AUTH PLAIN AGFkYQBodW50ZXIy\r\n", "-ERR no\r\n"), ("AUTH PLAIN\r\n", "+ \r\n"),
            ("AGFkYQBodW50ZXIy\r\n", "+OK\r\n"), ("STAT\r\n", "+OK 1 2\r\n"),
        ])
        #expect(
            lines == [
                "C: USER ada", "S: +OK", "C: PASS <redacted>", "S: -ERR [AUTH] no", "C: AUTH PLAIN <redacted>",
                "S: -ERR no", "C: AUTH PLAIN", "S: + ", "C: <redacted>", "S: +OK", "C: STAT", "S: +OK 1 2",
            ])
    }

    @Test func masksAnswersToChallengesThatComeAsAnAcceptance() async throws {
        let lines = try await trace([
            ("AUTH LOGIN\r\n", "+OK Username:\r\n"), ("YWRh\r\n", "+OK Password:\r\n"), ("aHVudGVyMg==\r\n", "+OK\r\n"),
        ])
        #expect(lines.filter { $0.hasPrefix("C:") } == ["C: AUTH LOGIN", "C: <redacted>", "C: <redacted>"])
    }

    @Test func masksWhatTheServerSaysAgain() async throws {
        let lines = try await trace([
            ("AUTH XOAUTH2 dXNlcj1hZGEBYXV0aD1CZWFyZXIgeWEyOS4\r\n", "-ERR XV0aD1CZWFyZXIg is no token\r\n"),
            ("PASS hunter2 x\r\n", "-ERR hunter2 x is wrong\r\n"), ("STAT\r\n", "-ERR sign in first\r\n"),
        ])
        #expect(
            lines.filter { $0.hasPrefix("S:") } == [
                "S: -ERR <redacted>", "S: -ERR <redacted>", "S: -ERR sign in first",
            ])
    }

    @Test func tellsOfBodiesOnlyTheirSize() async throws {
        let body = "+OK\r\nSubject: private\r\n\r\nwords\r\n.\r\n"
        let lines = try await trace([("RETR 1\r\n", body)])
        #expect(lines.first == "C: RETR 1")
        #expect(!lines.joined().contains("private"))
    }

    @Test func writesToAFileThatOnlyItsOwnerReads() async throws {
        let folder = try TemporaryFolder("trace")
        let trace = try #require(WireTrace.file(folder.path("wire.log")))
        try await withServer(serve: echo) { listener in
            try await Connector().withConnection(to: target(listener, start: .plain), trace: trace) { connection in
                try await connection.write("PASS secret\r\n")
            }
        }
        let text = String(decoding: try Repository.bytes(ofFile: folder.path("wire.log")), as: UTF8.self)
        #expect(text == "C: PASS <redacted>\n")
    }
}
