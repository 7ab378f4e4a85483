import ArgumentParser
import Daemon

struct BackupCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy everything while it is in use, and check such copies.",
        subcommands: [Create.self, Verify.self], defaultSubcommand: Create.self)

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Copy the data directory into a new or empty folder and read all of it back (the default).",
            discussion: "The key file is not in the copy: keep one of it elsewhere.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The folder to make.") var folder: String
        @Option(help: "An earlier backup on the same disk: what it has already is linked, not copied.")
        var reuse: String?

        func run() async throws { try await common.perform(.backup(to: folder, reusing: reuse)) }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read all of a backup and say what is not as it was. Changes nothing.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The backup's folder.") var folder: String

        func run() async throws { try common.exit(await common.console.verifyBackup(folder)) }
    }
}

struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring a backup back into the data directory, which must be empty.",
        discussion: "Every device then reads everything again instead of taking old numbers for new ones.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The backup's folder.") var folder: String
    @Flag(help: "Bring back what can be had of a damaged backup.") var acceptDamage = false

    func run() async throws {
        try common.exit(await common.console.restore(folder, acceptingDamage: acceptDamage))
    }
}
