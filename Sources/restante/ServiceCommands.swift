public import ArgumentParser
public import Daemon

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the daemon: poll, and serve JMAP and POP3, until SIGTERM or Ctrl-C.")
    @OptionGroup var common: CommonOptions

    func run() async throws { try common.exit(await common.console.serve()) }
}

struct SetupLink: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print another link with which the first user is made in a browser, while there is none.")
    @OptionGroup var common: CommonOptions

    func run() async throws { try await common.perform(.setupLink) }
}

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Try everything on invented mail, on this machine alone; Ctrl-C leaves nothing behind.")
    @Option(help: "Keep the data in this new or empty folder.") var dir: String?
    @Option(help: "How many messages to invent.") var messages = 200
    @Option(help: "The HTTP port; 0 takes any free one.") var port = 8080

    func validate() throws {
        guard (1...100_000).contains(messages) else { throw ValidationError("--messages is from 1 to 100000.") }
        guard (0...65_535).contains(port) else { throw ValidationError("--port is from 0 to 65535.") }
    }

    func run() async throws {
        let status = await Console(configuration: nil, isJSON: false)
            .demo(directory: dir, messages: messages, port: port)
        if status != 0 { throw ExitCode(status) }
    }
}

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the configuration, the store and the maildrops' connections, or one of them.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "config, store or maildrops; all when nothing is said.") var subject: CheckSubject?

    func run() async throws {
        try common.exit(await common.console.check(subject.map { [$0] } ?? CheckSubject.allCases))
    }
}

extension CheckSubject: ExpressibleByArgument {}

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show maildrops, last and next polls, failures, disk.")
    @OptionGroup var common: CommonOptions

    func run() async throws { try await common.perform(.status) }
}

struct Call: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make one JMAP call and print its answer.",
        discussion: "For example: restante call Mailbox/get '{\"ids\": null}'. The accountId is filled in.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var whose: UserOption
    @Argument(help: "The method, such as Email/query.") var method: String
    @Argument(help: "Its arguments, a JSON object.") var arguments: String

    func run() async throws { try await common.perform(.call(method, arguments, user: whose.user)) }
}
