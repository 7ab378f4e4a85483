import Logging
import MailModel
import MailStore
import NIOCore
import TestSupport
import Testing
import Transport

@testable import MailSync

/// A member's maildrops go where the policy lets them, whatever names say.
@Suite struct MemberPollTests {
    /// A member beside the fixture's administrator, with one maildrop.
    private func member(_ fixture: SyncFixture, host: String, port: Int) async throws -> (AccountID, MaildropID) {
        let user = try await fixture.store.createUser(name: "bob", password: Secret("correct horse battery"))
        let account = try await fixture.store.account(user.account)
        let id = try await account.write { writer in
            let inbox = try #require(try writer.reader.mailbox(withRole: .inbox))
            return try writer.createMaildrop(
                MaildropSettings(
                    name: "m", host: host, port: port, security: .plain, username: "alice", mailbox: inbox.id),
                password: Secret("alice-secret"))
        }
        return (user.account, id)
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func loopbackIsRefusedAndTheServerNeverHearsOfIt(_ host: String) async throws {
        let server = try await ScriptedPOP3Server(.numbered(3))
        let fixture = try await SyncFixture(policies: .init(member: .restricted(ports: [server.port...server.port])))
        let (account, id) = try await member(fixture, host: host, port: server.port)
        let record = try #require(await fixture.poller.pollOnce(id, in: account))
        #expect(record.error?.type == "notAllowed")
        #expect(record.error?.description.contains("administrator") == true)
        let findings = await fixture.poller.test(id, in: account)
        #expect(findings.last?.severity == .failure)
        #expect(server.record.sessions == 0)
    }

    @Test func anotherPortIsRefused() async throws {
        let server = try await ScriptedPOP3Server(.numbered(3))
        let network = try #require(IPNetwork("127.0.0.0/8"))
        let fixture = try await SyncFixture(policies: .init(member: .restricted(networks: [network])))
        let (account, id) = try await member(fixture, host: "127.0.0.1", port: server.port)
        #expect(await fixture.poller.pollOnce(id, in: account)?.error?.type == "notAllowed")
        #expect(server.record.sessions == 0)
    }

    @Test func whatTheConfigurationAllowsIsPolled() async throws {
        let server = try await ScriptedPOP3Server(.numbered(3))
        let network = try #require(IPNetwork("127.0.0.0/8"))
        let policy = AddressPolicy.restricted(networks: [network], ports: [server.port...server.port])
        let fixture = try await SyncFixture(policies: .init(member: policy))
        let (account, id) = try await member(fixture, host: "127.0.0.1", port: server.port)
        let record = try #require(await fixture.poller.pollOnce(id, in: account))
        #expect(record.error == nil)
        #expect(record.fetched == 3)
    }

    @Test func theBannerOfAnotherServiceIsNotQuotedToAMember() async throws {
        let banner = "SSH-2.0-SecretBuild_9.9"
        let server = try await ScriptedPOP3Server(.numbered(1)) { command, _ in
            command == "GREETING" ? .line(banner) : nil
        }
        let network = try #require(IPNetwork("127.0.0.0/8"))
        let policy = AddressPolicy.restricted(networks: [network], ports: [server.port...server.port])
        let fixture = try await SyncFixture(policies: .init(member: policy))
        let (account, id) = try await member(fixture, host: "127.0.0.1", port: server.port)
        let record = try #require(await fixture.poller.pollOnce(id, in: account))
        #expect(record.error != nil)
        #expect(record.error?.description.contains("SecretBuild") == false)
        let findings = await fixture.poller.test(id, in: account)
        #expect(!findings.contains { $0.description.contains("SecretBuild") })
        let own = try await fixture.addMaildrop(port: server.port)
        #expect(try await fixture.poll(own).record.error?.description.contains("SecretBuild") == true)
    }

    @Test func aPOP3ServersRefusalIsQuotedToAMember() async throws {
        let server = try await ScriptedPOP3Server(.numbered(1)) { command, _ in
            command.hasPrefix("PASS") ? .line("-ERR [AUTH] switch POP on first") : nil
        }
        let network = try #require(IPNetwork("127.0.0.0/8"))
        let policy = AddressPolicy.restricted(networks: [network], ports: [server.port...server.port])
        let fixture = try await SyncFixture(policies: .init(member: policy))
        let (account, id) = try await member(fixture, host: "127.0.0.1", port: server.port)
        let record = try #require(await fixture.poller.pollOnce(id, in: account))
        #expect(record.error?.description.contains("switch POP on first") == true)
    }
}
