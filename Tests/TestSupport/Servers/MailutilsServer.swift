/// GNU Mailutils' pop3d: an mbox that it writes its unique-ids and states into.
final class MailutilsServer: UpstreamServer {
    private static let spool = "/var/mail/alice"
    private let server: JailedServer

    init() async throws {
        // It has the name of Courier's, so it lies in a folder of its own.
        let words = [
            "/mailutils/usr/sbin/pop3d", "--inetd", "--no-config", "--set", ".tcp-wrappers.enable=no", "--set",
            ".logging.syslog=no",
        ]
        var description = ServerDescription(.init(words: words))
        description.folders["/var/mail"] = .init(owner: .root, mode: 0o1777)
        description.files[Self.spool] = .init(text: "", owner: .alice, mode: 0o600)
        server = try JailedServer(description)
    }

    var port: Int { server.port }

    var peculiarities: Set<Peculiarity> {
        [
            .announcesOtherThingsAfterSignIn, .misspellsExpire, .refusesASecondSession, .showsItsState,
            .takesQuotesAway, .listsOtherSizesAfterUIDL, .listsOtherSizesLater, .repeatsTheBlankLineInTop,
        ]
    }

    func add(_ messages: [[UInt8]]) async throws {
        try await server.write(MboxSpool.octets(messages), to: Self.spool, appending: true)
    }

    func untilIdle() async throws { try await server.untilIdle() }
    func killSessions() async throws { try await server.killSessions() }
}
