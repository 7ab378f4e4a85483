import MailModel
import MailStore
import Synchronization
import Testing

@testable import HTTPServer

@Suite struct EventHubTests {
    private func principal(user: Int64 = 1, device: Int64 = 1) -> Principal {
        Principal(
            user: UserID(rawValue: user), userName: "u\(user)", role: .member, account: AccountID(rawValue: user),
            device: DeviceID(rawValue: device))
    }

    private func change(_ account: Int64, _ modseq: Int64, _ type: DataType = .email) -> AccountChange {
        AccountChange(account: AccountID(rawValue: account), states: [type: state(modseq)])
    }

    private func state(_ modseq: Int64) -> StateToken {
        StateToken(epoch: Epoch(rawValue: 1), modseq: Modseq(rawValue: modseq))
    }

    @Test func changesReachTheirAccountOnlyAndTheNewestStays() throws {
        let hub = EventHub(limits: .init())
        let mine = try hub.open(for: principal(user: 1))
        let others = try hub.open(for: principal(user: 2, device: 2))
        hub.publish(change(1, 5))
        hub.publish(change(1, 6))
        hub.publish(change(1, 6, .mailbox))
        #expect(mine.inbox.take() == [.email: state(6), .mailbox: state(6)])
        #expect(mine.inbox.take() == [:])
        #expect(others.inbox.take() == [:])
    }

    @Test func aDeviceHasAtMostItsLimitOfEventSources() throws {
        let hub = EventHub(limits: .init())
        var open = try (0..<8).map { _ in try hub.open(for: principal()) }
        #expect(throws: Problem.self) { try hub.open(for: principal()) }
        let other = try hub.open(for: principal(device: 2))
        open[0].close()
        open[0].close()
        #expect(hub.count == 8)
        open.append(try hub.open(for: principal()))
        #expect(throws: Problem.self) { try hub.open(for: principal()) }
        open = []
        #expect(hub.count == 1)
        other.close()
    }

    @Test func aUserHasAtMostItsLimitOfEventSources() throws {
        let hub = EventHub(limits: .init())
        let open = try (0..<256).map { try hub.open(for: principal(device: Int64($0 / 8) + 1)) }
        #expect(throws: Problem.self) { try hub.open(for: principal(device: 99)) }
        _ = try hub.open(for: principal(user: 2, device: 100))
        #expect(open.count == 256)
    }

    @Test func aRevocationEndsThatDevicesEventSources() throws {
        let hub = EventHub(limits: .init())
        let abandoned = Mutex(0)
        let revoked = try hub.open(for: principal(device: 1)) { abandoned.withLock { $0 += 1 } }
        let other = try hub.open(for: principal(device: 2)) { abandoned.withLock { $0 += 10 } }
        hub.end(.device(DeviceID(rawValue: 1)))
        #expect(revoked.inbox.take() == nil)
        #expect(other.inbox.take() == [:])
        #expect(abandoned.withLock { $0 } == 1)
        hub.end(.user(UserID(rawValue: 1)))
        #expect(other.inbox.take() == nil)
    }

    @Test func waitingEndsWithAPostWithTheEndAndWithCancellation() async {
        let inbox = EventInbox()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await inbox.wait(until: nil) }
            inbox.post([.email: state(1)])
            await group.waitForAll()
            #expect(inbox.take() == [.email: state(1)])
            group.addTask { await inbox.wait(until: nil) }
            group.cancelAll()
            await group.waitForAll()
        }
        await inbox.wait(until: .now)
        inbox.end()
        await inbox.wait(until: nil)
        #expect(inbox.take() == nil)
    }

    @Test func placesOfADeviceAreCountedByKind() throws {
        let gate = RequestGate(limits: .init())
        var places = try (0..<8).map { _ in try gate.enter(.api, principal()) }
        #expect { try gate.enter(.api, principal()) } throws: { ($0 as? Problem)?.limit == "maxConcurrentRequests" }
        _ = try gate.enter(.api, principal(device: 2))
        let uploads = try (0..<4).map { _ in try gate.enter(.upload, principal()) }
        #expect { try gate.enter(.upload, principal()) } throws: { ($0 as? Problem)?.limit == "maxConcurrentUpload" }
        #expect(uploads.count == 4)
        places.removeLast().end()
        _ = try gate.enter(.api, principal())
    }
}
