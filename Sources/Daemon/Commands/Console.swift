import CoreMetrics
import Foundation
import HTTPServer
import JSON
import Logging
import MailModel
import Synchronization

/// What the executable's commands call: does the work, prints, and gives the exit status (sysexits.h; 0 is success).
public struct Console: Sendable {
    let configuration: String?
    let overrides: [String: String]
    let isJSON: Bool

    /// `configuration` is `--config`, `overrides` are settings that the command line gives.
    public init(configuration: String?, overrides: [String: String] = [:], isJSON: Bool) {
        self.configuration = configuration
        self.overrides = overrides
        self.isJSON = isJSON
    }

    /// Carries out one request.
    public func perform(_ request: @autoclosure () throws -> CommandRequest) async -> Int32 {
        await reporting {
            let request = try request()
            let settings = try settings()
            if !request.makesDirectory { try requireDirectory(settings) }
            var arguments = request.arguments
            if let password = try request.password?.read() {
                arguments["password"] = .string(password.withBytes { String(decoding: $0, as: UTF8.self) })
            }
            if let password = try request.sendingPassword?.read() {
                arguments["smtpPassword"] = .string(password.withBytes { String(decoding: $0, as: UTF8.self) })
            }
            try await request.oauth?.complete(&arguments, of: request.verb, settings) { Output.printError($0) }
            let progress = ProgressLine()
            let runner = CommandRunner(settings: settings, logger: .quiet)
            let (result, performer) = try await noting(settings) {
                defer { progress.end() }
                return try await runner.run(request.verb, arguments) { progress.show($0) }
            }
            note(settings, performer)
            Output.print(isJSON ? String(decoding: result.line, as: UTF8.self) : request.present(result))
            return request.status(result)?.rawValue ?? 0
        }
    }

    /// Runs the daemon until it is told to end.
    public func serve() async -> Int32 {
        await reporting {
            let settings = try settings()
            let metrics = MetricsRegistry()
            MetricsSystem.bootstrap(metrics)
            var server = Server(
                settings: settings, environment: ProcessInfo.processInfo.environment, metrics: metrics,
                logger: .standardError(settings), isProcess: true)
            server.say = { Output.print($0) }
            try await server.run()
            return 0
        }
    }

    func settings() throws -> Settings {
        try SettingsReader(environment: ProcessInfo.processInfo.environment, isRoot: geteuid() == 0)
            .read(file: configuration, overrides: overrides)
    }

    func requireDirectory(_ settings: Settings) throws(CommandError) {
        guard access(settings.dataDirectory, F_OK) != 0, errno == ENOENT else { return }
        throw CommandError(
            .noInput,
            """
            There is no data directory \(settings.dataDirectory) yet: restante user add NAME makes it, and --config \
            names another one.
            """)
    }

    /// Every command says which data directory it used; beside the result, not in it.
    func note(_ settings: Settings, _ performer: CommandRunner.Performer) {
        let how =
            switch performer {
            case .thisProcess: ""
            case .daemon: " (through the daemon)"
            }
        Output.printError("Data directory: \(settings.dataDirectory)\(how)")
    }

    /// Says which data directory it was before an error is told.
    private func noting<Result>(_ settings: Settings, _ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch {
            note(settings, .thisProcess)
            throw error
        }
    }

    /// Turns an error into its sentence and status.
    func reporting(_ body: () async throws -> Int32) async -> Int32 {
        do {
            return try await body()
        } catch {
            let error = CommandError(error)
            Output.printError("restante: \(error.message)")
            return error.status.rawValue
        }
    }
}

/// Writes whole texts, without the buffering that would mix the two up.
enum Output {
    static func print(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }
    static func printError(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

/// One line that is written over and over while a poll runs; only on a terminal.
final class ProgressLine: Sendable {
    private let isShown = Mutex(false)
    private let isTerminal = isatty(STDERR_FILENO) == 1

    func show(_ progress: JSONValue) {
        guard isTerminal else { return }
        isShown.withLock { $0 = true }
        Output.write("\r\u{1B}[K" + Present.progress(progress), to: STDERR_FILENO)
    }

    func end() {
        if isShown.withLock({ $0 }) { Output.write("\r\u{1B}[K", to: STDERR_FILENO) }
    }
}
