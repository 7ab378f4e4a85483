import Foundation

/// Twisted's POP3 protocol over its Maildir (`Tests/Peers/twisted_pop3.py`).
final class TwistedServer: UpstreamServer {
    let port: Int
    private let folder: TemporaryFolder
    private let socket: NotifySocket
    private let process: ChildProcess
    private let counter = MessageCounter()

    init() async throws {
        folder = try TemporaryFolder("twisted")
        socket = try NotifySocket()
        for part in ["cur", "new", "tmp", ".Trash/cur"] { try folder.makeFolder("Maildir/\(part)") }
        // Debian's own interpreter: its packages are no other's.
        process = try ChildProcess(
            "/usr/bin/python3",
            [Repository.root + "/Tests/Peers/twisted_pop3.py", folder.path("Maildir")],
            output: folder.path("log"), environment: socket.environment)
        let ready = await socket.untilReady(process)
        guard let port = ready?.firstMatch(of: /PORT=(\d+)/).flatMap({ Int($0.1) }) else {
            let log = (try? String(contentsOfFile: folder.path("log"), encoding: .utf8)) ?? ""
            throw ExternalTool.Failed(description: "Twisted (apt-get install python3-twisted): \(log)")
        }
        self.port = port
    }

    var peculiarities: Set<Peculiarity> {
        [.announcesNoPipelining, .misspellsPipelining, .listsOtherSizes, .deletesWithoutQuit]
    }

    func add(_ messages: [[UInt8]]) async throws {
        for message in messages {
            let number = counter.next()
            let path = folder.path("Maildir/cur/\(1_000_000 + number).M\(number).host")
            try Data(message.filter { $0 != 0x0D }).write(to: URL(fileURLWithPath: path))
        }
    }

    func untilIdle() async throws { try await tell(SIGUSR1) }
    func killSessions() async throws { try await tell(SIGUSR2) }

    /// All its sessions are in one process: it is told, and answers, by signal and message.
    private func tell(_ signal: Int32) async throws {
        let (process, socket) = (process, socket)
        process.send(signal)
        let answer = await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: socket.receive()) }
        }
        guard answer == "DONE=" else { throw ExternalTool.Failed(description: "Twisted ended") }
    }
}
