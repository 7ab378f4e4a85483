import Foundation
import TestSupport
import Testing

/// A daemon that can't start yet, because another process owns its data directory.
@Suite struct StartingTests {
    @Test func isEndedAsCleanlyAsOneThatServes() async throws {
        let folder = try TemporaryFolder("starting")
        let configuration = try folder.write("dataDirectory: \(folder.path("data"))\n", to: "restante.yaml")
        let program = try RestanteProgram(configuration: configuration, errors: folder.path("commands.log"))
        let password = try folder.write("a password of some length\n", to: "password")
        _ = try await program.run(["user", "add", "ada", "--password-file", password])
        let owner = open(folder.path("data/lock"), O_RDWR | O_CLOEXEC)
        defer { close(owner) }
        #expect(owner >= 0 && flock(owner, LOCK_EX | LOCK_NB) == 0)

        let notices = try NotifySocket()
        let log = folder.path("daemon.log")
        let daemon = try ChildProcess(
            program.path, ["serve", "--config", configuration], output: log, environment: notices.environment)
        #expect(await notices.firstMessage(of: daemon)?.hasPrefix("STATUS=Waiting") == true)
        daemon.send(SIGTERM)
        #expect(daemon.wait() == 0)
        let said = try String(contentsOfFile: log, encoding: .utf8)
        #expect(said.contains("Waiting for the process that owns the data directory"), "\(said)")
    }
}
