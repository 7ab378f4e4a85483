import MailModel
import MailStore
import TestSupport
import Testing

@testable import MailSync

/// A real server with mail, a line to it that can be cut, and a maildrop that polls it.
struct ServerWorld {
    let kind: UpstreamServerKind
    let server: any UpstreamServer
    let relay: CuttingRelay
    let fixture: SyncFixture
    let maildrop: MaildropID

    init(
        _ kind: UpstreamServerKind, _ messages: [[UInt8]] = ServerMail.all, retention: Retention = .keep
    ) async throws {
        try await self.init(kind, try await kind.start(), retention: retention)
        try await server.add(messages)
    }

    /// Another store that polls the same server.
    init(
        _ kind: UpstreamServerKind, _ server: any UpstreamServer, retention: Retention = .keep
    ) async throws {
        self.kind = kind
        self.server = server
        relay = try CuttingRelay(to: server.port)
        fixture = try await SyncFixture()
        maildrop = try await fixture.addMaildrop(port: relay.port, host: "127.0.0.1") { $0.retention = retention }
    }

    /// A poll an hour later, when the server has nothing left of the last session.
    @discardableResult
    func poll() async throws -> MaildropPoller.Result {
        try await server.untilIdle()
        fixture.pass(.seconds(3600))
        return try await fixture.poll(maildrop)
    }

    /// What the server shows of every message, in the order of its listing, by a session of its own.
    func shown() async throws -> [[UInt8]] {
        try await server.untilIdle()
        let session = try server.session()
        let count = try session.command("STAT").firstNumber
        var messages: [[UInt8]] = []
        for number in 0..<count {
            messages.append(try session.command("RETR \(number + 1)", many: true).octets ?? [])
        }
        try session.quit()
        try await server.untilIdle()
        return messages
    }

    /// Everything that the server shows is stored, each message as often as the server has it.
    func expectComplete(_ shown: [[UInt8]]) async throws {
        let stored = try await fixture.storedMessages()
        #expect(stored.count == shown.count, "\(kind)")
        // Not in the expectation itself: what it would print is long.
        let isByteForByte = counted(stored) == counted(shown)
        #expect(isByteForByte, "\(kind)")
        await fixture.expectSound()
    }

    private func counted(_ messages: [[UInt8]]) -> [[UInt8]: Int] {
        Dictionary(messages.map { (withoutState($0), 1) }, uniquingKeysWith: +)
    }

    /// A server that writes what it knows of a message into its header shows another header each time, and gives a message
    /// without a body an empty line for one.
    private func withoutState(_ message: [UInt8]) -> [UInt8] {
        guard server.peculiarities.contains(.showsItsState) else { return message }
        let lines = message.split(separator: 0x0A, omittingEmptySubsequences: false)
        let header = lines.prefix { $0 != [0x0D] }.filter { line in
            !["X-UIDL:", "X-UID:", "X-IMAPbase:", "Status:"].contains { line.starts(with: $0.utf8) }
        }
        let rest = lines.drop { $0 != [0x0D] }
        let body = rest.count == 3 && rest.dropFirst().first == [0x0D] ? rest.dropFirst() : rest
        return Array((header + body).joined(separator: [0x0A]))
    }

    func commands(_ name: String) -> [String] { fixture.trace.filter { $0.hasPrefix("C: \(name)") } }
}
