/// Courier's POP3 server over a Maildir, with its authentication daemon.
final class CourierServer: UpstreamServer {
    private static let maildir = "/home/alice/Maildir"
    private let server: JailedServer
    private let counter = MessageCounter()

    init() async throws {
        let folder = "/usr/lib/courier/courier"
        var description = ServerDescription(
            .init(
                words: ["\(folder)/courierpop3login", "\(folder)/courierpop3d", "Maildir"],
                environment: [
                    "POP3AUTH": "", "POP3AUTH_TLS": "", "MAILDIRPATH": "Maildir", "TCPREMOTEIP": "127.0.0.1",
                    "TCPREMOTEPORT": "1", "TCPLOCALIP": "127.0.0.1", "TCPLOCALPORT": "110",
                ]))
        description.files["/etc/pam.d/pop3"] = JailedServer.pam
        for part in ["", "/cur", "/new", "/tmp"] {
            description.folders[Self.maildir + part] = .init(owner: .alice, mode: 0o700)
        }
        description.folders["/run/courier/authdaemon"] = .init(owner: .root)
        description.beside = .init(
            words: ["/usr/lib/courier/courier-authlib/authdaemond"],
            environment: [
                "authdaemonvar": "/run/courier/authdaemon", "authmodulelist": "authpam",
                "authmodulelistorig": "authpam", "daemons": "1", "DEBUG_LOGIN": "0",
            ], until: "/run/courier/authdaemon/socket")
        server = try JailedServer(description)
    }

    var port: Int { server.port }

    var peculiarities: Set<Peculiarity> { [.announcesLoginDelay] }

    func add(_ messages: [[UInt8]]) async throws {
        for message in messages {
            let number = counter.next()
            let name = "\(1_000_000 + number).M\(number).host"
            try await server.write(message.filter { $0 != 0x0D }, to: "\(Self.maildir)/new/\(name)")
        }
    }

    func untilIdle() async throws { try await server.untilIdle() }
    func killSessions() async throws { try await server.killSessions() }
}
