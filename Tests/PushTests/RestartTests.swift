import JMAP
import JSON
import MailModel
import MailStore
import OutboundHTTP
import TestSupport
import Testing

@testable import Push

/// The end of the process, with and without warning.
@Suite struct RestartTests {
    @Test func whatChangedWhileNothingRanIsPushedAtTheStart() async throws {
        let fixture = try await PushFixture()
        let phone = try await fixture.phone("phone")
        try await fixture.pushing { try await fixture.subscribeVerified(phone) }
        try await fixture.change()
        try await fixture.close()
        try await fixture.open()
        try await fixture.pushing {
            let request = try await fixture.service.next(to: phone.path)
            #expect(try phone.read(request).changedTypes(of: phone.principal).contains("Mailbox"))
        }
        try await fixture.close()
    }

    @Test func nothingIsPushedAtTheStartWhenNothingChanged() async throws {
        let fixture = try await PushFixture()
        let (phone, canary) = (try await fixture.phone("phone"), try await fixture.phone("canary", of: "bob"))
        try await fixture.pushing {
            try await fixture.subscribeVerified(phone)
            try await fixture.subscribeVerified(canary)
            let before = try await fixture.told(phone)
            try await fixture.change()
            _ = try await fixture.service.next(to: phone.path)
            while try await fixture.told(phone) == before { await Task.yield() }
        }
        try await fixture.close()
        try await fixture.open()
        try await fixture.pushing { try await fixture.settle(by: canary) }
        #expect(fixture.service.requests(to: phone.path).count == 2)
        try await fixture.close()
    }

    @Test func aCodeThatMayHaveBeenSentIsNotSentAgain() async throws {
        let fixture = try await PushFixture()
        let (phone, canary) = (try await fixture.phone("phone"), try await fixture.phone("canary", of: "bob"))
        try await fixture.pushing {
            try await fixture.subscribeVerified(canary)
            // The process ends before the answer comes.
            fixture.service.answer(phone.path, .silence)
            try await fixture.subscribe(phone)
            _ = try await fixture.service.next(to: phone.path)
        }
        try await fixture.close()
        try await fixture.open()
        try await fixture.pushing { try await fixture.settle(by: canary) }
        #expect(fixture.service.requests(to: phone.path).count == 1)
        #expect(try await fixture.targets().count == 2)
        try await fixture.close()
    }

    @Test func aCodeThatWasNotSentYetIsSentAtTheStart() async throws {
        let fixture = try await PushFixture()
        let phone = try await fixture.phone("phone")
        let id = try await fixture.subscribe(phone)
        try await fixture.close()
        try await fixture.open()
        try await fixture.pushing {
            let message = try phone.read(try await fixture.service.next(to: phone.path))
            #expect(message["pushSubscriptionId"] == .string(id))
        }
        try await fixture.close()
    }

    @Test func aSubscriptionThatWasSealedWithALostKeyIsRemoved() async throws {
        let fixture = try await PushFixture()
        let (phone, canary) = (try await fixture.phone("phone"), try await fixture.phone("canary", of: "bob"))
        try await fixture.pushing { try await fixture.subscribeVerified(phone) }
        let key = try fixture.store.applicationServerPublicKey
        try await fixture.close()
        try fixture.folder.write(String(repeating: "5a", count: 32), to: "key")
        try await fixture.open()
        #expect(try fixture.store.applicationServerPublicKey != key)
        let list = try await fixture.call(phone, "PushSubscription/get", "{}")["list"]
        #expect(list == .array([]))
        try await fixture.pushing {
            try await fixture.subscribeVerified(canary)
            try await fixture.change()
            // That there is nothing to push with is found beside what is pushed to others.
            for _ in 0..<20 where try await fixture.targets().count > 1 { try await fixture.settle(by: canary) }
        }
        #expect(fixture.service.requests(to: phone.path).count == 1)
        #expect(try await fixture.targets().map(\.principal) == [canary.principal])
        try await fixture.close()
    }
}
