import MailModel
import MailStore
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
        let (mine, others) = (EventInbox(), EventInbox())
        _ = try hub.add(mine, of: principal(user: 1))
        _ = try hub.add(others, of: principal(user: 2, device: 2))
        hub.publish(change(1, 5))
        hub.publish(change(1, 6))
        hub.publish(change(1, 6, .mailbox))
        #expect(mine.take() == [.email: state(6), .mailbox: state(6)])
        #expect(mine.take() == [:])
        #expect(others.take() == [:])
    }

    @Test func aDeviceHasAtMostItsLimitOfEventSources() throws {
        let hub = EventHub(limits: .init())
        let registrations = try (0..<8).map { _ in try hub.add(EventInbox(), of: principal()) }
        #expect(throws: Problem.self) { try hub.add(EventInbox(), of: principal()) }
        _ = try hub.add(EventInbox(), of: principal(device: 2))
        hub.remove(registrations[0])
        hub.remove(registrations[0])
        #expect(hub.count == 8)
        _ = try hub.add(EventInbox(), of: principal())
        #expect(throws: Problem.self) { try hub.add(EventInbox(), of: principal()) }
    }

    @Test func aUserHasAtMostItsLimitOfEventSources() throws {
        let hub = EventHub(limits: .init())
        for number in 0..<256 { _ = try hub.add(EventInbox(), of: principal(device: Int64(number / 8) + 1)) }
        #expect(throws: Problem.self) { try hub.add(EventInbox(), of: principal(device: 99)) }
        _ = try hub.add(EventInbox(), of: principal(user: 2, device: 100))
    }

    @Test func aRevocationEndsThatDevicesEventSources() throws {
        let hub = EventHub(limits: .init())
        let (revoked, other) = (EventInbox(), EventInbox())
        _ = try hub.add(revoked, of: principal(device: 1))
        _ = try hub.add(other, of: principal(device: 2))
        hub.end(.device(DeviceID(rawValue: 1)))
        #expect(revoked.take() == nil)
        #expect(other.take() == [:])
        hub.end(.user(UserID(rawValue: 1)))
        #expect(other.take() == nil)
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
        let places = try (0..<8).map { _ in try gate.enter(.api, principal()) }
        #expect { try gate.enter(.api, principal()) } throws: { ($0 as? Problem)?.limit == "maxConcurrentRequests" }
        _ = try gate.enter(.api, principal(device: 2))
        for _ in 0..<4 { _ = try gate.enter(.upload, principal()) }
        #expect { try gate.enter(.upload, principal()) } throws: { ($0 as? Problem)?.limit == "maxConcurrentUpload" }
        gate.leave(places[0])
        _ = try gate.enter(.api, principal())
    }
}
