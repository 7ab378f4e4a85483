public import ArgumentParser
public import Daemon

struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring mail from mbox or Maildir files, or from Google Takeout, into an account.",
        discussion: """
            What is here already is not stored again, whether a maildrop or a file brought it, and what a maildrop brings \
            later is recognised. A second import adds only what is new.
            """)
    @OptionGroup var common: CommonOptions
    @OptionGroup var whose: UserOption
    @Argument(help: "An mbox file, a Maildir, or a folder of them.") var path: String
    @Option(help: "Put everything below this mailbox, such as Old/Work, instead of where the files say.")
    var mailbox: String?
    @Flag(help: "Bring back what was imported before and destroyed since.") var again = false

    func run() async throws {
        try await common.perform(.importMail(path, mailbox: mailbox, again: again, user: whose.user))
    }
}

struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write an account's mail to Maildir or mbox files, with its flags.",
        discussion: "A second export into the same folder adds what is new and changes flags; it deletes nothing.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var whose: UserOption
    @Argument(help: "The folder to write to.") var folder: String
    @Option(help: "maildir (Maildir++) or mbox (mboxrd).") var format: ExportFormat = .maildir
    @Option(help: "Only this mailbox: its name, role or id.") var mailbox: String?

    func run() async throws {
        try await common.perform(.exportMail(to: folder, format: format, mailbox: mailbox, user: whose.user))
    }
}

struct ImportSeen: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import-seen",
        abstract: "Take over what another POP3 client remembers, so that nothing is fetched again.",
        discussion: """
            The files: fetchmail's .fetchids, getmail's oldmail-…, mpop's uidls file, Thunderbird's popstate.dat. The \
            messages stay where that client put them: import those files too if they should be here.
            """)
    @OptionGroup var common: CommonOptions
    @OptionGroup var whose: UserOption
    @Argument(help: "The maildrop's name or id.") var name: String
    @Argument(help: "The file.") var file: String
    @Option(help: "fetchmail, getmail, mpop or thunderbird.") var from: SeenProgram
    @Option(help: "Which of the file's sign-ins is meant, as user@host, when it is not written as the maildrop is.")
    var signIn: String?

    func run() async throws {
        try await common.perform(.importSeen(name, from: from, file: file, signIn: signIn, user: whose.user))
    }
}

extension ExportFormat: ExpressibleByArgument {}
extension SeenProgram: ExpressibleByArgument {}
