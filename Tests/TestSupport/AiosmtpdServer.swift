import Foundation

/// aiosmtpd as a submission server of its own process: it takes mail from `ada@example.org` with the password `sesame`,
/// under TLS.
public final class AiosmtpdServer: Sendable {
    public enum Mode: String, Sendable, CaseIterable {
        case implicit, starttls
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

    public static func start(_ mode: Mode) async throws -> AiosmtpdServer {
        let certificates = try TestCertificates()
        let (folder, socket) = (try TemporaryFolder("smtp"), try NotifySocket())
        let pair = try certificates.valid()
        let log = folder.path("log")
        try folder.makeFolder("messages")
        // Debian's own: the package brings the module for that one.
        let process = try ChildProcess(
            "/usr/bin/python3",
            [
                Repository.root + "/Tests/Peers/smtp_server.py", folder.path("messages"), pair.chain, pair.key,
                mode.rawValue,
            ], output: log, environment: socket.environment)
        let ready = await socket.untilReady(process)
        guard let port = ready?.split(separator: "\n").first(where: { $0.hasPrefix("PORT=") })?.dropFirst(5),
            let port = Int(port)
        else {
            let said = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            throw ExternalTool.Missing(description: "aiosmtpd ended (apt-get install python3-aiosmtpd): \(said)")
        }
        return AiosmtpdServer(port, certificates, folder, socket, process)
    }

    private init(
        _ port: Int, _ certificates: TestCertificates, _ folder: TemporaryFolder, _ socket: NotifySocket,
        _ process: ChildProcess
    ) {
        self.port = port
        self.certificates = certificates
        self.folder = folder
        self.socket = socket
        self.process = process
    }

    deinit { process.stop() }

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
