import Foundation

/// A real Dovecot with its own configuration, serving Maildirs from a scratch folder on loopback ports.
///
/// Stopped, and its folder removed, with the last reference to it.
public final class DovecotServer: Sendable {
    /// A login and where its mail lies.
    public struct Mailbox: Sendable {
        public let user: String
        public let password: String
        /// The Maildir; message files go into its `cur` folder.
        public let maildir: String
    }

    public let port: Int
    /// The port of implicit TLS.
    public let securePort: Int
    public let certificates: TestCertificates
    /// The certificate that it shows.
    public let certificate: TestCertificates.Pair

    private let folder: TemporaryFolder
    private let process: ChildProcess

    /// Starts a server with an empty Maildir for each name in `users`; every password is the name and `-secret`. With
    /// `hashesPasswords` it knows only their digests, and so can't serve CRAM-MD5 and SCRAM.
    public init(users: [String] = ["alice"], hashesPasswords: Bool = false, extraConfiguration: String = "") throws {
        let program = try ExternalTool.dovecot()
        folder = try TemporaryFolder("dovecot")
        certificates = try TestCertificates()
        certificate = try certificates.valid()
        try Self.writeUsers(users, hashed: hashesPasswords, in: folder)
        try Self.writeTokenKey(in: folder)
        let extra = extraConfiguration.replacing("$FOLDER", with: folder.path)
        (process, port, securePort) = try Self.start(program, folder, certificate, extra)
    }

    /// Starts it on two ports that are free. Somebody may take one of them before it does: then it tries others.
    private static func start(
        _ program: ExternalTool, _ folder: TemporaryFolder, _ certificate: TestCertificates.Pair, _ extra: String
    ) throws -> (ChildProcess, port: Int, securePort: Int) {
        for _ in 0..<10 {
            let (port, securePort) = (try FreePort.any(), try FreePort.any())
            try folder.write(
                configuration(
                    folder: folder.path, certificate: certificate, port: port, securePort: securePort, extra: extra),
                to: "dovecot.conf")
            let ready = try NotifySocket()
            let process = try ChildProcess(
                program.path, ["-F", "-c", folder.path("dovecot.conf")], environment: ready.environment)
            if ready.waitUntilReady(process) != nil { return (process, port, securePort) }
            guard log(in: folder).contains("Address already in use") else { break }
        }
        throw ExternalTool.Failed(description: "dovecot did not start: \(log(in: folder))")
    }

    deinit { process.stop() }

    public func mailbox(_ user: String = "alice") -> Mailbox {
        Mailbox(user: user, password: "\(user)-secret", maildir: folder.path("home/\(user)/Maildir"))
    }

    /// Puts messages, in order, into a user's Maildir.
    public func deliver(_ messages: [[UInt8]], to user: String = "alice") throws {
        let maildir = mailbox(user).maildir
        let existing = try FileManager.default.contentsOfDirectory(atPath: maildir + "/cur").count
        for (index, message) in messages.enumerated() {
            let number = String(1_000_000 + existing + index)
            let path = "\(maildir)/cur/\(number).M\(number).host:2,"
            try Data(message).write(to: URL(fileURLWithPath: path))
            try Self.giveAway(path)
        }
    }

    /// How many messages lie in a user's Maildir.
    public func messageCount(of user: String = "alice") throws -> Int {
        let maildir = mailbox(user).maildir
        return try ["cur", "new"].reduce(0) {
            try $0 + FileManager.default.contentsOfDirectory(atPath: "\(maildir)/\($1)").count
        }
    }

    /// The key that ``token(for:seconds:)`` signs with.
    static let tokenKey = "0123456789abcdef0123456789abcdef"

    /// The process that all its others come from.
    var identifier: Int32 { process.processIdentifier }

    /// What it logged so far.
    public var log: String { Self.log(in: folder) }

    private static func log(in folder: TemporaryFolder) -> String {
        (try? String(contentsOfFile: folder.path("dovecot.log"), encoding: .utf8)) ?? ""
    }

    private static let nobody: UInt32 = 65534

    private static func writeUsers(_ users: [String], hashed: Bool, in folder: TemporaryFolder) throws {
        let (owner, group) = geteuid() == 0 ? (nobody, nobody) : (geteuid(), getegid())
        var lines = ""
        for user in users {
            let home = folder.path("home/\(user)")
            for part in ["cur", "new", "tmp"] { try folder.makeFolder("home/\(user)/Maildir/\(part)") }
            for part in ["", "/Maildir", "/Maildir/cur", "/Maildir/new", "/Maildir/tmp"] { try giveAway(home + part) }
            let stored =
                hashed
                ? "{SHA512-CRYPT}"
                    + (try ExternalTool.openssl().run(["passwd", "-6", "\(user)-secret"]))
                    .trimmingCharacters(in: .whitespacesAndNewlines) : "{PLAIN}\(user)-secret"
            lines += "\(user):\(stored):\(owner):\(group)::\(home)::\n"
        }
        try folder.write(lines, to: "users")
    }

    /// Dovecot opens no mail as root: what root writes belongs to nobody.
    private static func giveAway(_ path: String) throws {
        guard geteuid() == 0 else { return }
        try FileManager.default.setAttributes(
            [.ownerAccountID: nobody, .groupOwnerAccountID: nobody], ofItemAtPath: path)
    }

    private static func configuration(
        folder: String, certificate: TestCertificates.Pair, port: Int, securePort: Int, extra: String
    ) -> String {
        let unprivileged =
            geteuid() == 0
            ? ""
            : """
            default_internal_user = \(NSUserName())
            default_login_user = \(NSUserName())
            default_internal_group =
            service anvil {
              chroot =
            }
            service pop3-login {
              chroot =
            }
            """
        return """
            base_dir = \(folder)/run
            state_dir = \(folder)/state
            log_path = \(folder)/dovecot.log
            protocols = pop3
            listen = 127.0.0.1
            ssl = yes
            ssl_cert = <\(certificate.chain)
            ssl_key = <\(certificate.key)
            disable_plaintext_auth = no
            auth_mechanisms = plain
            auth_failure_delay = 0
            mail_location = maildir:%h/Maildir
            first_valid_uid = 1
            mail_max_userip_connections = 100
            passdb {
              driver = passwd-file
              args = username_format=%u \(folder)/users
            }
            userdb {
              driver = passwd-file
              args = username_format=%u \(folder)/users
            }
            service anvil {
              unix_listener anvil-auth-penalty {
                mode = 0
              }
            }
            service pop3-login {
              service_count = 0
              inet_listener pop3 {
                port = \(port)
              }
              inet_listener pop3s {
                port = \(securePort)
                ssl = yes
              }
            }
            \(unprivileged)
            \(extra)

            """
    }
}
