/// solid-pop3d: an mbox whose empty line between messages it shows as the end of each.
final class SolidPOP3Server: UpstreamServer {
    private static let spool = "/var/mail/alice"
    private let server: JailedServer

    init() async throws {
        var description = ServerDescription(.init(words: ["/usr/sbin/solid-pop3d"]))
        description.files["/etc/pam.d/solid-pop3d"] = JailedServer.pam
        description.folders["/var/mail"] = .init(owner: .root, mode: 0o1777)
        description.files[Self.spool] = .init(text: "", owner: .alice, mode: 0o600)
        server = try JailedServer(description)
    }

    var port: Int { server.port }

    var peculiarities: Set<Peculiarity> {
        [.refusesCapa, .sharesUniqueIDs, .showsABlankLineMore]
    }

    func add(_ messages: [[UInt8]]) async throws {
        try await server.write(MboxSpool.octets(messages), to: Self.spool, appending: true)
    }

    func untilIdle() async throws { try await server.untilIdle() }
    func killSessions() async throws { try await server.killSessions() }
}
