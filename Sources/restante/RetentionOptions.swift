import ArgumentParser
import Daemon

/// When messages are deleted at the server.
struct RetentionArguments: ParsableArguments {
    @Option(help: "Delete at the server: never, stored (once it is here), or days from receipt such as 30d.")
    var delete: String?
    @Flag(inversion: .prefixedNo, help: "Delete at the server what was destroyed on a device.")
    var deleteDestroyed: Bool?
    @Flag(inversion: .prefixedNo, help: "Do not delete by age what is unread here.") var keepUnread: Bool?
    @Option(help: "Delete only messages of more octets; 0: of any size.") var largerThan: Int?
    @Option(help: "What becomes of mail here that vanishes at the server: keep or trash.") var vanished: String?

    func apply(to options: inout MaildropOptions) {
        options.delete = delete
        options.deleteDestroyed = deleteDestroyed
        options.keepUnread = keepUnread
        options.largerThan = largerThan
        options.vanished = vanished
    }
}

extension MaildropCommands {
    struct Preview: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Count what would be deleted at the server, and delete nothing.",
            discussion: "With options: what would be if the maildrop had them.")
        @OptionGroup var common: CommonOptions
        @OptionGroup var whose: UserOption
        @OptionGroup var retention: RetentionArguments
        @Argument(help: "The maildrop's name or id.") var name: String

        func run() async throws {
            var options = MaildropOptions()
            retention.apply(to: &options)
            try await common.perform(.previewMaildrop(name, options, user: whose.user))
        }
    }
}
