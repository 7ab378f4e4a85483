import JSON
import MailModel
import MailStore

extension Verb {
    static let transfers: [Verb] = [
        Verb(name: "import") { context, arguments in
            let account = try await account(context, arguments)
            let target = try arguments.optionalText("mailbox").map { $0.split(separator: "/").map(String.init) }
            let again = try arguments.flag("again") == true
            let path = try arguments.text("path")
            let folders = try FileFolder.all(in: path)
            return try await BackupResult.timed {
                let importer = try await Importer(
                    account, target: target, again: again, clock: context.clock, progress: context.progress)
                return try await importer.run(folders).json
            }
        },
        Verb(name: "export") { context, arguments in
            let account = try await account(context, arguments)
            let word = try arguments.optionalText("format") ?? ExportFormat.maildir.rawValue
            guard let format = ExportFormat(rawValue: word) else {
                throw CommandError(.usage, "format is maildir or mbox, not \(word).")
            }
            let mailbox = try arguments.optionalText("mailbox")
            let folder = try arguments.text("folder")
            return try await BackupResult.timed {
                try await Exporter(account, to: folder, format: format, progress: context.progress)
                    .run(mailbox: mailbox).json
            }
        },
    ]

    private static func account(_ context: VerbContext, _ arguments: Arguments) async throws -> Account {
        let user = try await context.user(arguments)
        return try await context.store.account(user.account, for: context.store.principal(forCommandLine: user))
    }
}
