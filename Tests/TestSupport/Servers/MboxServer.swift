/// A server over an mbox in `/var/mail`, one process for each session.
final class MboxServer: UpstreamServer {
    private static let spool = "/var/mail/alice"
    private let server: JailedServer
    let peculiarities: Set<Peculiarity>

    /// Starts the program `words`, which asks PAM by the name of `service`.
    init(_ words: [String], service: String? = nil, _ peculiarities: Set<Peculiarity>) async throws {
        var description = ServerDescription(.init(words: words))
        if let service { description.files["/etc/pam.d/\(service)"] = JailedServer.pam }
        description.folders["/var/mail"] = .init(owner: .root, mode: 0o1777)
        description.files[Self.spool] = .init(text: "", owner: .alice, mode: 0o600)
        server = try JailedServer(description)
        self.peculiarities = peculiarities
    }

    var port: Int { server.port }

    func add(_ messages: [[UInt8]]) async throws {
        try await server.write(MboxSpool.octets(messages), to: Self.spool, appending: true)
    }

    func untilIdle() async throws { try await server.untilIdle() }
    func killSessions() async throws { try await server.killSessions() }
}

extension MboxServer {
    /// popa3d: an mbox that it changes only where messages are deleted.
    static func popa3d() async throws -> MboxServer {
        try await MboxServer(
            ["/usr/sbin/popa3d"], service: "popa3d", [.refusesCapa, .saysNothing, .sharesUniqueIDs])
    }

    /// solid-pop3d: an mbox whose empty line between messages it shows as the end of each.
    static func solid() async throws -> MboxServer {
        try await MboxServer(
            ["/usr/sbin/solid-pop3d"], service: "solid-pop3d",
            [.refusesCapa, .sharesUniqueIDs, .showsABlankLineMore])
    }

    /// GNU Mailutils' pop3d: an mbox that it writes its unique-ids and states into.
    static func mailutils() async throws -> MboxServer {
        // It has the name of Courier's, so it lies in a folder of its own.
        let words = [
            "/mailutils/usr/sbin/pop3d", "--inetd", "--no-config", "--set", ".tcp-wrappers.enable=no", "--set",
            ".logging.syslog=no",
        ]
        return try await MboxServer(
            words,
            [
                .announcesOtherThingsAfterSignIn, .misspellsExpire, .refusesASecondSession, .showsItsState,
                .takesQuotesAway, .listsOtherSizesAfterUIDL, .listsOtherSizesLater, .repeatsTheBlankLineInTop,
            ])
    }
}
