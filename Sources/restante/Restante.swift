import ArgumentParser
import Daemon
import Foundation

@main
struct Restante: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restante",
        abstract: "Polls POP3 maildrops, keeps one copy at home, and shows every device the same mail.",
        discussion: "Begin with: restante demo",
        subcommands: [
            Demo.self, Serve.self, SetupLink.self, Check.self, UserCommands.self, MaildropCommands.self,
            DeviceCommands.self,
            Status.self, BackupCommands.self, Restore.self, Import.self, Export.self,
            Call.self,
        ])

    static func main() async {
        // Nothing that is made here is for other users' eyes.
        umask(0o077)
        raiseFileLimit()
        await main(nil)
    }

    /// Each connection and each open account takes descriptors, and shells often allow 1,024: as many as may be are asked
    /// for. What is refused stays as it was.
    private static func raiseFileLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}

/// What every command takes.
struct CommonOptions: ParsableArguments {
    @Option(name: .long, help: "The configuration file; else $RESTANTE_CONFIG, else /etc/restante/restante.yaml.")
    var config: String?

    @Option(name: .long, help: "The data directory, instead of the configured one.")
    var dataDirectory: String?

    @Flag(name: .long, help: "Print the result as JSON.")
    var json = false

    var console: Console {
        let overrides = dataDirectory.map { ["dataDirectory": $0] } ?? [:]
        return Console(configuration: config, overrides: overrides, isJSON: json)
    }

    func perform(_ request: @autoclosure () throws -> CommandRequest) async throws {
        try exit(await console.perform(try request()))
    }

    /// Ends the process with a status other than 0.
    func exit(_ status: Int32) throws {
        if status != 0 { throw ExitCode(status) }
    }
}

/// Whose device or maildrop is meant.
struct UserOption: ParsableArguments {
    @Option(name: .long, help: "The user; may be left out while there is only one.")
    var user: String?
}

/// Where a password comes from; at the terminal when nothing is said.
struct PasswordOptions: ParsableArguments {
    @Option(name: .long, help: "Read the password from the first line of this file; - is standard input.")
    var passwordFile: String?

    @Option(name: .long, help: "Read the password from what this shell command prints. It is run once, not stored.")
    var passwordCommand: String?

    func validate() throws {
        if passwordFile != nil, passwordCommand != nil {
            throw ValidationError("--password-file and --password-command cannot be given both.")
        }
    }

    /// Nil when neither option was given.
    var given: PasswordSource? {
        if let passwordFile { return .file(passwordFile) }
        return passwordCommand.map { .command($0) }
    }

    func source(_ question: String, isNew: Bool) -> PasswordSource {
        given ?? .prompt(question, isNew: isNew)
    }
}
