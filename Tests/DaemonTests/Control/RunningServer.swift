import HTTPServer
import Logging
import MailStore
import TestSupport

@testable import Daemon

/// A daemon on a data directory of the test's own, on free ports, for as long as a closure runs.
struct ServerFolder {
    let folder: TemporaryFolder
    var settings: Settings

    init() throws {
        folder = try TemporaryFolder("daemon")
        settings = Settings(dataDirectory: folder.path("data"))
        settings.http.listen = ListenAddress(host: "127.0.0.1", port: 0)
        settings.pop3.listen = ListenAddress(host: "127.0.0.1", port: 0)
        settings.pop3s.listen = .off
    }

    static let silence = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    var runner: CommandRunner {
        var runner = CommandRunner(settings: settings, logger: Self.silence)
        runner.patience = .zero
        return runner
    }

    func server(environment: [String: String] = [:]) -> Server {
        var server = Server(
            settings: settings, environment: environment, metrics: MetricsRegistry(), logger: Self.silence)
        server.patience = .zero
        return server
    }

    /// Runs `body` while the daemon serves, then ends it.
    func serving(
        environment: [String: String] = [:], say: @escaping @Sendable (String) -> Void = { _ in },
        _ body: @escaping @Sendable (MailStore, Server.Addresses) async throws -> Void
    ) async throws {
        var server = server(environment: environment)
        server.say = say
        let (ends, end) = AsyncStream.makeStream(of: Result<Void, any Error>.self)
        try await withThrowingTaskGroup(of: Void.self) { [server] group in
            group.addTask {
                try await server.run(ready: { store, addresses in
                    do {
                        end.yield(.success(try await body(store, addresses)))
                    } catch {
                        end.yield(.failure(error))
                    }
                })
            }
            group.addTask {
                for await result in ends {
                    try result.get()
                    return
                }
            }
            // The first to end is the body, unless the daemon could not start.
            do {
                try await group.next()
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
            while (try? await group.next()) != nil {}
        }
    }
}
