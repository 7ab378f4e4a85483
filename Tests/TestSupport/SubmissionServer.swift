import Foundation

/// aiosmtpd or Postfix as a submission server of its own process: it takes mail from `ada@example.org` with the password
/// `sesame`, under TLS.
public final class SubmissionServer: Sendable {
    public enum Mode: String, Sendable, CaseIterable {
        case implicit, starttls
    }

    public enum Program: Sendable, CaseIterable {
        case aiosmtpd
        /// Debian's, in a root folder of its own: needs root, or sudo without a password.
        case postfix
    }

    public struct Message: Sendable {
        public var octets: [UInt8]
        public var sender: String
        public var recipients: [String]
    }

    public let port: Int
    public let certificates: TestCertificates
    private let folder: TemporaryFolder
    private let socket: NotifySocket
    private let process: ChildProcess
    /// The end of what the program reads is its end, and that of what it started.
    private let input: Int32
    private let program: Program

    public static func start(_ mode: Mode, _ program: Program = .aiosmtpd) async throws -> SubmissionServer {
        let certificates = try TestCertificates()
        let (folder, socket) = (try TemporaryFolder("smtp"), try NotifySocket())
        let pair = try certificates.valid()
        let log = folder.path("log")
        try folder.makeFolder("messages")
        let words = try words(
            for: program, [folder.path("messages"), pair.chain, pair.key, mode.rawValue], socket.environment)
        var pipe: [Int32] = [0, 0]
        guard Foundation.pipe(&pipe) == 0 else { throw POSIXError(.EMFILE) }
        for end in pipe { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(pipe[0]) }
        let input = pipe[1]
        let process: ChildProcess
        do {
            process = try ChildProcess(
                words[0], Array(words.dropFirst()), output: log, environment: socket.environment,
                descriptors: [0: pipe[0]])
        } catch {
            close(input)
            throw error
        }
        let ready = await socket.untilReady(process)
        guard let port = ready?.split(separator: "\n").first(where: { $0.hasPrefix("PORT=") })?.dropFirst(5),
            let port = Int(port)
        else {
            close(input)
            let said = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            throw ExternalTool.Missing(
                description: "\(program) ended (apt-get install python3-aiosmtpd, scripts/servers): \(said)")
        }
        return SubmissionServer(port, certificates, folder, socket, process, input, program)
    }

    private static func words(
        for program: Program, _ arguments: [String], _ environment: [String: String]
    ) throws -> [String] {
        // Debian's own: the package brings the module for that one.
        let python = "/usr/bin/python3"
        switch program {
        case .aiosmtpd: return [python, Repository.root + "/Tests/Peers/smtp_server.py"] + arguments
        case .postfix:
            let servers = Repository.root + "/.servers"
            var words = [python, Repository.root + "/Tests/Peers/postfix_server.py"] + arguments
            words += [servers + "/tree", "\(servers)/running-\(UUID().uuidString.prefix(8))"]
            guard geteuid() != 0 else { return words }
            let kept = environment.map { "\($0.key)=\($0.value)" }
            let sudo = [try ExternalTool("sudo", package: "sudo").path, "-n", "env"]
            return sudo + kept + words
        }
    }

    private init(
        _ port: Int, _ certificates: TestCertificates, _ folder: TemporaryFolder, _ socket: NotifySocket,
        _ process: ChildProcess, _ input: Int32, _ program: Program
    ) {
        self.input = input
        self.program = program
        self.port = port
        self.certificates = certificates
        self.folder = folder
        self.socket = socket
        self.process = process
    }

    deinit {
        close(input)
        switch program {
        case .aiosmtpd: process.stop()
        case .postfix: _ = process.wait()
        }
    }

    /// Waits until the message of this number has been taken, on a thread of its own.
    public func untilDelivered(_ number: Int) async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                while let said = self.socket.receive(), said != "DONE=\(number)", said != "ENDED=1" {}
                continuation.resume()
            }
        }
    }

    /// How many messages it has taken.
    public var count: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path("messages")).count / 2) ?? 0
    }

    /// The message of this number, from 1 on.
    public func message(_ number: Int) throws -> Message {
        let octets = try Repository.bytes(ofFile: folder.path("messages/\(number)"))
        let data = try Data(contentsOf: URL(fileURLWithPath: folder.path("messages/\(number).json")))
        let envelope = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        return Message(
            octets: octets, sender: envelope?["sender"] as? String ?? "",
            recipients: envelope?["recipients"] as? [String] ?? [])
    }
}
