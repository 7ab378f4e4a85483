import MailModel
import MailStore
import Synchronization

/// The demo's user, with two devices and the maildrop that is polled.
final class Household: Sendable {
    private struct Member: Sendable {
        let user: User
        let password: String
        let maildrop: MaildropID
        let secrets: [(device: String, secret: String)]
    }

    /// Whom the sample maildrop is for: what its user writes as.
    static let address = "demo@example.org"

    private let member = Mutex<Member?>(nil)

    func furnish(_ store: MailStore, upstreamPort: Int, password: Secret) async throws {
        let ownPassword = Demo.password()
        let user = try await store.createUser(name: "demo", password: ownPassword)
        var secrets: [(device: String, secret: String)] = []
        for name in ["phone", "laptop"] {
            let (_, secret) = try await store.createDevice(user: user.id, name: name)
            secrets.append((name, Self.text(secret)))
        }
        let account = try await store.account(user.account, for: store.principal(forCommandLine: user))
        let maildrop = try await account.write { writer in
            guard let inbox = try writer.reader.mailbox(withRole: .inbox) else {
                throw CommandError(.software, "The account has no Inbox.")
            }
            return try writer.createMaildrop(
                MaildropSettings(
                    name: "Sample", host: "127.0.0.1", port: upstreamPort, security: .plain, username: Self.address,
                    mailbox: inbox.id, pollInterval: .seconds(30)),
                password: password)
        }
        let furnished = Member(
            user: user, password: Self.text(ownPassword), maildrop: maildrop, secrets: secrets)
        member.withLock { $0 = furnished }
    }

    /// Waits for the first poll, and gives what a newcomer is told to try.
    func welcome(_ store: MailStore, _ addresses: Server.Addresses, directory: String) async throws -> String {
        guard let member = member.withLock({ $0 }), let http = addresses.http.first else {
            throw CommandError(.software, "The demo has nobody to welcome.")
        }
        let record = try await store.requestPoll(member.maildrop, in: member.user.account)
        if let error = record.error {
            throw CommandError(.unavailable, "The sample maildrop failed: \(error.description)")
        }
        let account = try await store.account(
            member.user.account, for: store.principal(forCommandLine: member.user))
        let stored = try await account.read { try $0.mailbox(withRole: .inbox)?.totalEmails ?? 0 }
        return Self.text(member, http: "\(http)", addresses, stored: stored, directory)
    }

    private static func text(_ secret: Secret) -> String { secret.withBytes { String(decoding: $0, as: UTF8.self) } }

    private static func text(
        _ member: Member, http: String, _ addresses: Server.Addresses, stored: Int, _ directory: String
    ) -> String {
        let (user, secrets) = (member.user, member.secrets)
        let devices = secrets.map { "  device    \($0.device): \($0.secret)" }.joined(separator: "\n")
        let secret = secrets.first?.secret ?? ""
        return """

            Restante is running, with \(stored) messages polled from a sample maildrop.

              Browser   http://\(http)/   (user \(user.name), password \(member.password))
              JMAP      http://\(http)/.well-known/jmap
              POP3      127.0.0.1:\(addresses.pop3.first ?? 0)
            \(devices)
              data      \(directory)

            The newest message, as the phone sees it:

            curl -s -u '\(user.name):\(secret)' -H 'Content-Type: application/json' http://\(http)/jmap/api -d '\
            {"using":["urn:ietf:params:jmap:core","urn:ietf:params:jmap:mail"],"methodCalls":[\
            ["Email/query",{"accountId":"\(user.account)","sort":[{"property":"receivedAt","isAscending":false}],\
            "limit":1},"0"],\
            ["Email/get",{"accountId":"\(user.account)","#ids":{"resultOf":"0","name":"Email/query","path":"/ids"},\
            "properties":["receivedAt","from","subject","preview","keywords"]},"1"]]}'

            Changes as they happen, on the laptop (leave it running, and change something elsewhere):

            curl -sN -u '\(user.name):\(secrets.last?.secret ?? "")' \
            'http://\(http)/jmap/eventsource?types=*&closeafter=no&ping=30'


            """
    }
}
