/// Cyrus' POP3 server over its own mail spool, without its master: the listener does what that one does.
final class CyrusServer: UpstreamServer {
    private static let cyrus = ServerDescription.Owner(user: 102, group: 8)
    private static let programs = "/usr/lib/cyrus/bin"
    private let server: JailedServer
    private let spool: String
    private let counter = MessageCounter()

    init() async throws {
        var description = ServerDescription(
            .init(words: ["\(Self.programs)/pop3d", "-U", "1000"], user: Self.cyrus, shape: .cyrus))
        description.files["/etc/imapd.conf"] = .init(text: Self.configuration)
        let state = ["db", "proc", "socket", "lock", "log", "user", "quota"].map { "/var/lib/cyrus/\($0)" }
        for folder in ["/run/cyrus", "/run/cyrus/proc", "/run/cyrus/lock", "/var/spool/cyrus", "/var/spool/cyrus/mail"]
            + ["/var/lib/cyrus"] + state
        {
            description.folders[folder] = .init(owner: Self.cyrus, mode: 0o750)
        }
        description.before = [
            .run(
                ["/usr/sbin/saslpasswd2", "-p", "-c", "-f", "/var/lib/cyrus/sasldb2", "-u", "localhost", "alice"],
                as: Self.cyrus, input: "alice-secret"),
            .run(["\(Self.programs)/ctl_cyrusdb", "-r"], as: Self.cyrus),
        ]
        server = try JailedServer(description)
        // The first sign-in makes the mailbox.
        let session = try RawSession(port: server.port)
        try session.signIn("alice", "alice-secret")
        try session.quit()
        spool = try await server.order(.run(["\(Self.programs)/mbpath", "user/alice"], as: Self.cyrus))
    }

    var port: Int { server.port }

    var peculiarities: Set<Peculiarity> { [.announcesOtherThingsAfterSignIn, .announcesSASL] }

    /// Files that its own tool then takes up: LMTP would add header fields.
    func add(_ messages: [[UInt8]]) async throws {
        for message in messages {
            try await server.write(message, to: "\(spool)/\(counter.next()).", as: Self.cyrus)
        }
        try await server.order(.run(["\(Self.programs)/reconstruct", "user/alice"], as: Self.cyrus))
    }

    func untilIdle() async throws { try await server.untilIdle() }
    func killSessions() async throws { try await server.killSessions() }

    private static let configuration = """
        configdirectory: /var/lib/cyrus
        defaultpartition: default
        partition-default: /var/spool/cyrus/mail
        proc_path: /run/cyrus/proc
        mboxname_lockpath: /run/cyrus/lock
        allowplaintext: yes
        sasl_pwcheck_method: auxprop
        sasl_auxprop_plugin: sasldb
        sasl_sasldb_path: /var/lib/cyrus/sasldb2
        sasl_mech_list: PLAIN
        autocreate_quota: 0
        servername: localhost
        umask: 077

        """
}
