import Foundation
import JSON
import Logging
import MailModel
import MailStore

/// Carries out one command: on the store itself when nobody owns the data directory, else by asking the daemon that does.
struct CommandRunner: Sendable {
    let settings: Settings
    let logger: Logger
    /// How long to wait for a process that owns the directory and does not listen: another command, or a daemon that is
    /// starting or ending.
    var patience: Duration = .seconds(10)

    init(settings: Settings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    /// Who carried a verb out.
    enum Performer: Sendable {
        case thisProcess
        case daemon
    }

    func run(
        _ name: String, _ arguments: JSONObject, progress: @escaping @Sendable (JSONValue) -> Void = { _ in }
    ) async throws -> (JSONValue, Performer) {
        guard let verb = Verb.named(name) else { throw CommandError(.usage, "There is no verb \(name).") }
        let socket = try ControlSocket(dataDirectory: settings.dataDirectory)
        let end = ContinuousClock.now.advanced(by: patience)
        while true {
            do {
                let result = try await performHere(verb, arguments, progress)
                return (result, .thisProcess)
            } catch let error as MailStoreError {
                guard error.code == .locked else { throw error }
            }
            if let result = try await ControlClient(socket: socket).request(name, arguments, progress: progress) {
                return (result, .daemon)
            }
            guard ContinuousClock.now < end else {
                throw CommandError(
                    .temporary,
                    "Another command owns the data directory \(settings.dataDirectory): try again when it has ended.")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func performHere(
        _ verb: Verb, _ arguments: JSONObject, _ progress: @escaping @Sendable (JSONValue) -> Void
    ) async throws -> JSONValue {
        let store = try await MailStore.open(settings.storeOptions, logger: logger)
        var context = VerbContext(
            store: store, settings: settings, polling: .direct(store, settings, logger), isServing: false,
            clock: SystemClock.now)
        context.progress = progress
        do {
            let result = try await verb.run(context, Arguments(object: arguments))
            await store.close()
            return result
        } catch {
            await store.close()
            throw error
        }
    }
}

/// The time of day, for everything that takes a clock.
enum SystemClock {
    static let now: @Sendable () -> Timestamp = {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }
}

extension Settings {
    /// How these settings open the store.
    var storeOptions: MailStoreOptions {
        MailStoreOptions(
            directory: dataDirectory, key: .file(keyPath), limits: limits,
            addressPolicies: addressPolicies, clock: SystemClock.now)
    }
}
