import ArgumentParser
import Daemon

struct MaildropCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "maildrop", abstract: "The POP3 accounts that are polled.",
        subcommands: [
            Add.self, Discover.self, List.self, Show.self, Set.self, Remove.self, Test.self, Poll.self, ImportSeen.self,
            Preview.self,
        ])

    /// What `add` and `set` have in common.
    struct Settings: ParsableArguments {
        @Option(help: "995 for tls, 110 otherwise.") var port: Int?
        @Option(help: "tls, starttls or plain (which sends the password in the clear).") var security: String?
        @Option(help: "automatic (the strongest way there is), password (as it is) or apop.") var signIn: String?
        @Option(help: "Trust exactly the certificate of this SHA-256 (64 hexadecimal digits); empty: none.")
        var pin: String?
        @Option(help: "The mailbox that new mail goes to: its name, role or id.") var mailbox: String?
        @Option(help: "How often to poll, such as 90s or 5m; auto (the default): as often as its mail comes.")
        var interval: String?
        @Option(help: "Mail of the first poll that is older arrives as read, such as 14d.")
        var markSeenOlderThan: String?
        @OptionGroup var retention: RetentionArguments
        @OptionGroup(title: "Sending") var sending: SendingOptions

        var options: MaildropOptions {
            var options = MaildropOptions()
            options.port = port
            options.security = security
            options.signIn = signIn
            options.pin = pin
            options.mailbox = mailbox
            options.interval = interval
            options.markSeenOlderThan = markSeenOlderThan
            retention.apply(to: &options)
            sending.apply(to: &options)
            return options
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add a POP3 account to poll.")
        @OptionGroup var common: CommonOptions
        @OptionGroup var whose: UserOption
        @OptionGroup var settings: Settings
        @OptionGroup var password: PasswordOptions
        @OptionGroup var oauth: OAuthOptions
        @Argument(help: "What to call it; a mail address, if the server is to be found from it.") var name: String
        @Option(help: "The POP3 server's name. Left out, it is found from the address.") var host: String?
        @Option(help: "The user name there; usually the address.") var username: String?
        @Flag(help: "Do not poll it yet.") var disabled = false

        func validate() throws {
            guard host != nil || oauth.oauth != nil || (username ?? name).contains("@") else {
                throw ValidationError("Give --host, or a mail address in place of the name.")
            }
            guard username != nil || name.contains("@") else { throw ValidationError("Give --username.") }
            try oauth.exclude(password)
        }

        func run() async throws {
            var options = settings.options
            options.host = host
            options.username = username
            options.isEnabled = !disabled
            let final = options
            let question = "Password of \(username ?? name)\(host.map { " at " + $0 } ?? ""): "
            try await common.perform(
                .addMaildrop(
                    name, final, user: whose.user,
                    password: oauth.source == nil ? password.source(question, isNew: false) : nil, oauth: oauth.source,
                    sendingPassword: settings.sending.password))
        }
    }

    struct Discover: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find the POP3 server of a mail address, and show where it was looked for.")
        @OptionGroup var common: CommonOptions
        @OptionGroup var whose: UserOption
        @Argument(help: "The mail address.") var address: String

        func run() async throws { try await common.perform(.discover(address, user: whose.user)) }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the maildrops and how they do.")
        @OptionGroup var common: CommonOptions
        @OptionGroup var whose: UserOption

        func run() async throws { try await common.perform(.listMaildrops(user: whose.user)) }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a maildrop: settings, status, its last polls, what was not fetched.")
        @OptionGroup var common: CommonOptions
        @OptionGroup var whose: UserOption
        @Argument(help: "The maildrop's name or id.") var name: String

        func run() async throws { try await common.perform(.showMaildrop(name, user: whose.user)) }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Change a maildrop's settings or password.")
        @OptionGroup var common: CommonOptions
        @OptionGroup var whose: UserOption
        @OptionGroup var settings: Settings
        @OptionGroup var password: PasswordOptions
        @OptionGroup var oauth: OAuthOptions
        @Argument(help: "The maildrop's name or id.") var name: String
        @Option(help: "Another name for it.") var newName: String?
        @Option(help: "The POP3 server's name.") var host: String?
        @Option(help: "The user name there.") var username: String?
        @Flag(name: .customLong("password"), help: "Ask for a new password.") var asksPassword = false
        @Flag(inversion: .prefixedEnableDisable, help: "Whether to poll it.") var polling: Bool?

        func validate() throws {
            try oauth.exclude(password)
            if oauth.oauth != nil, asksPassword {
                throw ValidationError("A maildrop has a password or an --oauth sign-in, not both.")
            }
        }

        func run() async throws {
            var options = settings.options
            options.newName = newName
            options.host = host
            options.username = username
            options.isEnabled = polling
            let final = options
            let source = password.given ?? (asksPassword ? .prompt("New password of \(name): ", isNew: false) : nil)
            try await common.perform(
                .setMaildrop(
                    name, final, user: whose.user, password: source, oauth: oauth.source,
                    sendingPassword: settings.sending.password))
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop polling a maildrop and forget its password. Its mail stays.")
        @OptionGroup var common: CommonOptions
        @OptionGroup var whose: UserOption
        @Argument(help: "The maildrop's name or id.") var name: String

        func run() async throws { try await common.perform(.removeMaildrop(name, user: whose.user)) }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Connect, sign in and list, and fetch nothing.")
        @OptionGroup var common: CommonOptions
        @OptionGroup var whose: UserOption
        @Argument(help: "The maildrop's name or id.") var name: String

        func run() async throws { try await common.perform(.testMaildrop(name, user: whose.user)) }
    }

    struct Poll: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Poll a maildrop now.")
        @OptionGroup var common: CommonOptions
        @OptionGroup var whose: UserOption
        @Argument(help: "The maildrop's name or id.") var name: String

        func run() async throws { try await common.perform(.pollMaildrop(name, user: whose.user)) }
    }
}
