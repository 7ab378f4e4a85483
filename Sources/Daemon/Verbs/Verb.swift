import JSON
import Logging
import MailModel
import MailStore

/// What a command asks for, whoever carries it out: the command's own process on a store that it opened, or the daemon
/// that it reached over the control socket.
struct Verb: Sendable {
    let name: String
    /// Gives the result; may report progress meanwhile.
    let run: @Sendable (VerbContext, Arguments) async throws -> JSONValue

    static let all: [Verb] = people + setup + maildrops + seen + discovery + store + backups + transfers

    static func named(_ name: String) -> Verb? { all.first { $0.name == name } }
}

/// What verbs work on.
struct VerbContext: Sendable {
    let store: MailStore
    let settings: Settings
    let polling: Polling
    /// Whether this is the daemon.
    let isServing: Bool
    let clock: @Sendable () -> Timestamp
    /// Where the daemon's web client is.
    var page = PageAddress()
    /// Tells whoever asked how far it has come.
    var progress: @Sendable (JSONValue) -> Void = { _ in }

    /// How a maildrop is polled or tested now.
    struct Polling: Sendable {
        var poll: @Sendable (MaildropID, AccountID) async throws -> PollRecord
        var test: @Sendable (MaildropID, AccountID) async throws -> [MaildropFinding]
    }

    /// The user that `user` names; the only one when it names none.
    func user(_ arguments: Arguments, _ key: String = "user") async throws -> User {
        let users = try await store.users()
        if let name = try arguments.optionalText(key) {
            guard let user = users.first(where: { $0.name == name.lowercased() }) else {
                throw CommandError(.noUser, "There is no user \"\(name)\"." + Self.known(users.map(\.name)))
            }
            return user
        }
        guard let only = users.first, users.count == 1 else {
            throw CommandError(
                .usage,
                users.isEmpty
                    ? "There is no user yet: add one with restante user add NAME."
                    : "Say whose with --user: \(users.map(\.name).prefix(20).joined(separator: ", ")).")
        }
        return only
    }

    /// A maildrop of a user by its name or id.
    func maildrop(_ arguments: Arguments, of user: User) async throws -> (account: Account, maildrop: Maildrop) {
        let name = try arguments.text("name")
        let account = try await store.account(user.account, for: store.principal(forCommandLine: user))
        let maildrops = try await account.read { try $0.maildrops() }
        let found = maildrops.first { $0.settings.name == name } ?? maildrops.first { $0.id.description == name }
        guard let found else {
            throw CommandError(
                .noInput, "\(user.name) has no maildrop \"\(name)\"." + Self.known(maildrops.map(\.settings.name)))
        }
        return (account, found)
    }

    static func known(_ names: [String]) -> String {
        names.isEmpty ? " There is none yet." : " There is: " + names.prefix(20).joined(separator: ", ") + "."
    }
}
