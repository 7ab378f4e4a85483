import Foundation
import JSON
import TestSupport

/// `restante serve` as a process of its own, with a data directory in a scratch folder and a certificate for localhost.
final class RunningDaemon: Sendable {
    let certificates: TestCertificates
    let httpPort: Int
    let httpsPort: Int
    let pop3Port: Int
    private let folder: TemporaryFolder
    private let program: RestanteProgram
    private let process: ChildProcess

    /// What a daemon believes about certificates.
    enum Trust {
        case system
        /// The authority of the test's certificates, and nobody else.
        case test
    }

    /// Starts it and returns when it is ready.
    static func start(trust: Trust = .system) async throws -> RunningDaemon {
        let folder = try TemporaryFolder("daemon")
        let certificates = try TestCertificates()
        let pair = try certificates.valid()
        let authorities = trust == .test ? certificates.authority : ""
        let configuration = try folder.write(
            """
            dataDirectory: \(folder.path("data"))
            http: { listen: "127.0.0.1:0" }
            https: { listen: "127.0.0.1:0" }
            pop3: { listen: "127.0.0.1:0" }
            pop3s: { listen: "off" }
            tls: { certificate: \(pair.chain), privateKey: \(pair.key) }
            log: { level: notice }
            outgoing:
              allowedNetworks: [127.0.0.0/8, "::1"]
              allowedPorts: [1-65535]
              authorities: "\(authorities)"

            """, to: "restante.yaml")
        return try await start(folder, certificates, configuration)
    }

    private static func start(
        _ folder: TemporaryFolder, _ certificates: TestCertificates, _ configuration: String
    ) async throws -> RunningDaemon {
        let program = try RestanteProgram(configuration: configuration, errors: folder.path("commands.log"))
        let log = folder.path("daemon.log")
        let notices = try NotifySocket()
        let words = [program.path, "serve", "--config", configuration]
        let process = try ChildProcess(
            words[0], Array(words.dropFirst()), output: log, environment: notices.environment)
        guard let ready = await notices.untilReady(process) else {
            throw Failure("restante serve ended: \((try? String(contentsOfFile: log, encoding: .utf8)) ?? "")")
        }
        return try RunningDaemon(folder, certificates, program, process, ready)
    }

    private init(
        _ folder: TemporaryFolder, _ certificates: TestCertificates, _ program: RestanteProgram,
        _ process: ChildProcess, _ ready: String
    ) throws {
        self.folder = folder
        self.certificates = certificates
        self.program = program
        self.process = process
        let ports = ready.matches(of: /127\.0\.0\.1:(\d+)/).compactMap { Int($0.1) }
        guard ports.count == 2, let pop3 = ready.firstMatch(of: /pop3=(\d+)/).flatMap({ Int($0.1) }) else {
            throw Failure("no ports in: \(ready)")
        }
        (httpPort, httpsPort, pop3Port) = (ports[0], ports[1], pop3)
    }

    deinit { process.stop() }

    /// Ends it as a power cut would, but for the disk.
    func kill() { process.stop() }

    /// A new one over the data of one that was killed, at other ports.
    func restarted() async throws -> RunningDaemon {
        process.stop()
        return try await Self.start(folder, certificates, folder.path("restante.yaml"))
    }

    /// The same device, of the daemon before this one.
    func device(like other: Device) -> Device {
        Device(name: other.name, user: other.user, secret: other.secret, base: "http://127.0.0.1:\(httpPort)")
    }

    /// One command of the program, through the daemon's control socket; its result.
    @discardableResult
    func command(_ arguments: String...) async throws -> JSONValue { try await program.run(arguments) }

    /// A file with a password in it, as commands want one.
    func passwordFile(_ password: String) throws -> String {
        try folder.write(password + "\n", to: "password-\(UUID().uuidString)")
    }

    /// The words of the command that revokes a device.
    func revoke(_ device: String, of user: String) -> [String] {
        program.words(["device", "revoke", device, "--user", user])
    }

    func scratch(_ name: String) -> String { folder.path(name) }

    /// The password that `addUser` gives.
    static func password(of user: String) -> String { "password of \(user)" }

    /// A new user; the account's id.
    func addUser(_ name: String) async throws -> String {
        let file = try passwordFile(Self.password(of: name))
        let user = try await command("user", "add", name, "--password-file", file)
        return user.object?["account"]?.string ?? ""
    }

    /// A new device of a user, with its secret.
    func addDevice(_ name: String, of user: String) async throws -> Device {
        let device = try await command("device", "add", name, "--user", user)
        let secret = device.object?["secret"]?.string ?? ""
        return Device(name: name, user: user, secret: secret, base: "http://127.0.0.1:\(httpPort)")
    }
}

/// The executable beside this test bundle.
struct RestanteProgram: Sendable {
    let path: String
    private let configuration: String
    private let errors: String
    private let shell: ExternalTool

    init(configuration: String, errors: String) throws {
        self.configuration = configuration
        self.errors = errors
        shell = try ExternalTool("sh", package: "dash")
        path = Self.executable
    }

    static var executable: String {
        let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return bundle.deletingLastPathComponent().appendingPathComponent("restante").path
    }

    func words(_ arguments: [String]) -> [String] { [path] + arguments + ["--config", configuration] }

    /// Runs a command with `--json` and reads its result; what it says on standard error goes to a file.
    func run(_ arguments: [String]) async throws -> JSONValue {
        let all = arguments + ["--json", "--config", configuration]
        let script = "exec \"$0\" \"$@\" 2>>'\(errors)'"
        do {
            let output = try await shell.runAside(["-c", script, path] + all)
            return try JSONParser.parse(Array(output.utf8))
        } catch {
            let said = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
            throw Failure("restante \(all.joined(separator: " ")): \(error)\n\(said)")
        }
    }
}
