import JSON
import MailModel
import MailStore

extension Verb {
    static let maildrops: [Verb] = [
        retention,
        Verb(name: "maildrop.add") { context, arguments in
            let user = try await context.user(arguments)
            let account = try await context.store.account(
                user.account, for: context.store.principal(forCommandLine: user))
            let inbox = try await account.read { try $0.mailbox(withRole: .inbox)?.id }
            guard let inbox else { throw CommandError(.software, "The account has no Inbox.") }
            let found = try await context.discovered(arguments, for: user)
            let arguments = found?.arguments ?? arguments
            var settings = MaildropSettings(
                name: try arguments.text("name"), host: try arguments.text("host"),
                security: try security(arguments) ?? .tls, username: try arguments.text("username"), mailbox: inbox)
            try await apply(arguments, to: &settings, of: account)
            let (password, grant) = (try arguments.secret("password"), try arguments.grant())
            let smtpPassword = try arguments.secret("smtpPassword")
            try settings.check(against: context.store.addressPolicies[user.role])
            try settings.submission?.check(against: context.store.addressPolicies[user.role])
            let final = settings
            let id = try await account.write { writer in
                let id = try writer.createMaildrop(final, password: password)
                if let smtpPassword { try writer.setSubmissionPassword(smtpPassword, of: id) }
                if let grant { try writer.setGrant(grant, of: id) }
                return id
            }
            var shown = try await describe(id, of: user, in: account, context).object ?? JSONObject()
            if let found, !found.report.isNull { shown["discovery"] = found.report }
            return .object(shown)
        },
        Verb(name: "maildrop.list") { context, arguments in
            let users =
                try arguments.optionalText("user") == nil
                ? try await context.store.users() : [try await context.user(arguments)]
            return .array(try await list(of: users, context))
        },
        Verb(name: "maildrop.show") { context, arguments in
            let user = try await context.user(arguments)
            let (account, maildrop) = try await context.maildrop(arguments, of: user)
            var shown = try await describe(maildrop.id, of: user, in: account, context).object ?? JSONObject()
            let polls = try await context.store.polls(
                of: maildrop.id, in: account.id, for: context.store.principal(forCommandLine: user), limit: 20)
            let unstored = try await account.read { try $0.unstoredMessages(of: maildrop.id) }
            shown["polls"] = .array(polls.map(describe))
            shown["deletions"] = try await describeDeletions(of: maildrop.id, account)
            shown["notStored"] = .array(unstored.prefix(100).map(describe))
            return .object(shown)
        },
        Verb(name: "maildrop.set") { context, arguments in
            let user = try await context.user(arguments)
            let (account, maildrop) = try await context.maildrop(arguments, of: user)
            var settings = maildrop.settings
            if let name = try arguments.optionalText("newName") { settings.name = name }
            if let host = try arguments.optionalText("host") { settings.host = host }
            if let username = try arguments.optionalText("username") { settings.username = username }
            if let security = try security(arguments) {
                settings.security = security
                settings.port = security.defaultPort
            }
            try await apply(arguments, to: &settings, of: account)
            let password = try arguments.secret("password").map { PasswordChange.set($0) } ?? .keep
            let grant = try arguments.grant()
            if settings.host != maildrop.settings.host || settings.port != maildrop.settings.port {
                try settings.check(against: context.store.addressPolicies[user.role])
            }
            let smtpPassword = try arguments.secret("smtpPassword")
            try settings.submission?.check(against: context.store.addressPolicies[user.role])
            let final = settings
            try await account.write { writer in
                try writer.updateMaildrop(maildrop.id, final, password: password)
                if let smtpPassword { try writer.setSubmissionPassword(smtpPassword, of: maildrop.id) }
                if let grant { try writer.setGrant(grant, of: maildrop.id) }
            }
            return try await describe(maildrop.id, of: user, in: account, context)
        },
        Verb(name: "maildrop.remove") { context, arguments in
            let user = try await context.user(arguments)
            let (account, maildrop) = try await context.maildrop(arguments, of: user)
            let shown = try await describe(maildrop.id, of: user, in: account, context)
            try await account.write { try $0.destroyMaildrop(maildrop.id) }
            return shown
        },
        Verb(name: "maildrop.test") { context, arguments in
            let user = try await context.user(arguments)
            let (account, maildrop) = try await context.maildrop(arguments, of: user)
            return .array(try await context.polling.test(maildrop.id, account.id).map(describe))
        },
        Verb(name: "maildrop.poll") { context, arguments in
            let user = try await context.user(arguments)
            let (account, maildrop) = try await context.maildrop(arguments, of: user)
            let record = try await withProgress(of: maildrop, in: account, context) {
                try await context.polling.poll(maildrop.id, account.id)
            }
            return describe(record)
        },
    ]

    /// Reports the maildrop's status after each change of it while `body` runs.
    private static func withProgress<Result: Sendable>(
        of maildrop: Maildrop, in account: Account, _ context: VerbContext,
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let changes = context.store.changes(of: account.id)
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                for await _ in changes {
                    let status = context.store.status(of: maildrop, in: account.id)
                    context.progress(.object(["stored": .integer(status.stored), "pending": .integer(status.pending)]))
                }
                return nil
            }
            group.addTask { try await body() }
            while let result = try await group.next() {
                guard let result else { continue }
                group.cancelAll()
                return result
            }
            throw CommandError(.software, "The poll gave no answer.")
        }
    }

    private static func security(_ arguments: Arguments) throws(CommandError) -> MaildropSecurity? {
        guard let word = try arguments.optionalText("security") else { return nil }
        guard let security = MaildropSecurity(rawValue: word) else {
            throw CommandError(.usage, "security is tls, starttls or plain, not \(word).")
        }
        return security
    }

    /// The settings that `add` and `set` have in common.
    private static func apply(
        _ arguments: Arguments, to settings: inout MaildropSettings, of account: Account
    ) async throws {
        if let word = try arguments.optionalText("signIn") {
            guard let signIn = MaildropSignIn(rawValue: word) else {
                throw CommandError(.usage, "signIn is automatic, password or apop, not \(word).")
            }
            settings.signIn = signIn
        }
        if let port = try arguments.integer("port") { settings.port = port }
        // Nought takes the interval away.
        if let interval = try arguments.seconds("pollInterval") {
            settings.pollInterval = interval == .zero ? nil : interval
        }
        if let age = try arguments.seconds("markSeenOlderThan") { settings.markSeenOlderThan = age }
        try applyRetention(arguments, to: &settings)
        try applySending(arguments, to: &settings)
        if let enabled = try arguments.flag("enabled") { settings.enabled = enabled }
        if let pin = try arguments.optionalText("certificatePin") {
            settings.certificatePin = pin.isEmpty ? nil : try CertificatePin.parse(pin)
        }
        if let name = try arguments.optionalText("mailbox") {
            let mailboxes = try await account.read { try $0.mailboxes() }
            let found = mailboxes.first { $0.name == name || $0.id.description == name || $0.role?.rawValue == name }
            guard let found else {
                throw CommandError(
                    .noInput, "There is no mailbox \"\(name)\"." + VerbContext.known(mailboxes.map(\.name)))
            }
            settings.mailbox = found.id
        }
    }

    static func list(of users: [User], _ context: VerbContext) async throws -> [JSONValue] {
        var rows: [JSONValue] = []
        for user in users {
            let account = try await context.store.account(
                user.account, for: context.store.principal(forCommandLine: user))
            for maildrop in try await account.read({ try $0.maildrops() }) {
                rows.append(try await describe(maildrop.id, of: user, in: account, context))
            }
        }
        return rows
    }
}
