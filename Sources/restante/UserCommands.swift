import ArgumentParser
import Daemon

struct UserCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "People who sign in.",
        subcommands: [Add.self, List.self, Password.self, Remove.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a user with an account of their own. The first is administrator.")
        @OptionGroup var common: CommonOptions
        @OptionGroup var password: PasswordOptions
        @Argument(help: "The name to sign in with.") var name: String
        @Flag(help: "Make the user an administrator.") var admin = false

        func run() async throws {
            try await common.perform(
                .addUser(
                    name, password: password.source("Password for \(name): ", isNew: true), isAdministrator: admin))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the users.")
        @OptionGroup var common: CommonOptions

        func run() async throws { try await common.perform(.listUsers) }
    }

    struct Password: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a user another password. Devices keep their secrets.")
        @OptionGroup var common: CommonOptions
        @OptionGroup var password: PasswordOptions
        @Argument(help: "The user's name.") var name: String

        func run() async throws {
            try await common.perform(
                .setPassword(of: name, password: password.source("New password for \(name): ", isNew: true)))
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a user with their account and all mail in it, for good.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The user's name.") var name: String
        @Flag(help: "Yes, delete all of this user's mail here.") var yes = false

        func validate() throws {
            guard yes else {
                throw ValidationError("This deletes all mail of \(name) here, for good. Say --yes if you mean it.")
            }
        }

        func run() async throws { try await common.perform(.removeUser(name)) }
    }
}
