import JMAP
import JSON
import MailModel
import MailStore
import OutboundHTTP
import TestSupport
import Testing

@testable import Push

@Suite struct PushTests {
    @Test func aVerifiedSubscriptionIsToldOfChanges() async throws {
        let fixture = try await PushFixture()
        let phone = try await fixture.phone("phone")
        try await fixture.pushing {
            try await fixture.subscribeVerified(phone)
            try await fixture.change()
            let request = try await fixture.service.next(to: phone.path)
            #expect(try phone.read(request).changedTypes(of: phone.principal).contains("Mailbox"))
            #expect(request.method == .post && request.redirects == 0)
            #expect(request.header("Content-Type") == "application/json")
            #expect(request.header("Content-Encoding") == "aes128gcm")
            #expect(request.header("TTL") == "604800")
            #expect(request.header("Urgency") == "low")
            #expect(request.header("Topic") == "state")
            #expect(request.header("Authorization")?.hasPrefix("vapid t=") == true)
        }
        try await fixture.close()
    }

    @Test func withoutKeysTheMessageGoesInTheClear() async throws {
        let fixture = try await PushFixture()
        let phone = try await fixture.phone("phone")
        try await fixture.pushing {
            _ = try await fixture.call(
                phone, "PushSubscription/set",
                #"{"create":{"k":{"deviceClientId":"x","url":"\#(phone.url)"}}}"#)
            let request = try await fixture.service.next()
            let message = try JSONParser.parse(request.body).object
            #expect(message?["@type"] == "PushVerification")
            #expect(request.header("Content-Encoding") == nil && request.header("Topic") == nil)
        }
        try await fixture.close()
    }

    @Test func nothingButItsCodeIsSentToAnUnverifiedOne() async throws {
        let fixture = try await PushFixture()
        let (phone, canary) = (try await fixture.phone("phone"), try await fixture.phone("canary", of: "bob"))
        try await fixture.pushing {
            try await fixture.subscribeVerified(canary)
            let id = try await fixture.subscribe(phone)
            _ = try await fixture.service.next(to: phone.path)
            try await fixture.change()
            try await fixture.settle(by: canary)
            for wrong in ["", "x", String(repeating: "A", count: 43)] {
                let answer = try await fixture.verify(phone, id, with: wrong)
                let error = answer["notUpdated"]?.object?[id]?.object
                #expect(error?["type"] == "invalidProperties" && error?["properties"] == .array(["verificationCode"]))
            }
            try await fixture.change()
            try await fixture.settle(by: canary)
        }
        // Nor after the end of the process, however it came.
        try await fixture.close()
        try await fixture.open()
        try await fixture.pushing {
            try await fixture.change()
            try await fixture.settle(by: canary)
        }
        #expect(fixture.service.requests(to: phone.path).count == 1)
        try await fixture.close()
    }

    @Test func onlyTheTypesThatWereAskedForArePushed() async throws {
        let fixture = try await PushFixture()
        let (phone, tablet) = (try await fixture.phone("phone"), try await fixture.phone("tablet"))
        try await fixture.pushing {
            try await fixture.subscribeVerified(phone, types: #"["Email","Todo"]"#)
            try await fixture.subscribeVerified(tablet, types: #"["Mailbox"]"#)
            try await fixture.change()
            let request = try await fixture.service.next(to: tablet.path)
            #expect(try tablet.read(request).changedTypes(of: tablet.principal) == ["Mailbox"])
            #expect(fixture.service.requests(to: phone.path).count == 1)
        }
        try await fixture.close()
    }

    @Test func aRevokedDevicesSubscriptionGoesWithIt() async throws {
        let fixture = try await PushFixture()
        let (phone, canary) = (try await fixture.phone("phone"), try await fixture.phone("canary", of: "bob"))
        try await fixture.pushing {
            try await fixture.subscribeVerified(canary)
            try await fixture.subscribeVerified(phone)
            let device = try #require(phone.principal.device)
            try await (try fixture.store).revokeDevice(device, of: phone.principal.user)
            try await fixture.change()
            try await fixture.settle(by: canary)
            #expect(fixture.service.requests(to: phone.path).count == 1)
            #expect(try await fixture.targets().map(\.principal) == [canary.principal])
        }
        try await fixture.close()
    }

    @Test func aDestroyedOneIsToldNothingMore() async throws {
        let fixture = try await PushFixture()
        let (phone, canary) = (try await fixture.phone("phone"), try await fixture.phone("canary", of: "bob"))
        try await fixture.pushing {
            try await fixture.subscribeVerified(canary)
            let id = try await fixture.subscribeVerified(phone)
            _ = try await fixture.call(phone, "PushSubscription/set", #"{"destroy":["\#(id)"]}"#)
            try await fixture.change()
            try await fixture.settle(by: canary)
            #expect(fixture.service.requests(to: phone.path).count == 1)
        }
        try await fixture.close()
    }

    @Test func anExpiredOneIsToldNothingMore() async throws {
        let fixture = try await PushFixture()
        let (phone, canary) = (try await fixture.phone("phone"), try await fixture.phone("canary", of: "bob"))
        try await fixture.pushing {
            try await fixture.subscribeVerified(canary)
            let end = fixture.now.adding(seconds: 60)
            try await fixture.subscribeVerified(phone, more: #","expires":"\#(end)""#)
            fixture.clock.advance(by: .seconds(60))
            try await fixture.change()
            try await fixture.settle(by: canary)
            #expect(fixture.service.requests(to: phone.path).count == 1)
            try await (try fixture.store).removeExpiredPushSubscriptions()
            #expect(try await fixture.targets().map(\.principal) == [canary.principal])
        }
        try await fixture.close()
    }

    @Test func aBrowsersSubscriptionGoesWithItsSession() async throws {
        let fixture = try await PushFixture()
        let canary = try await fixture.phone("canary", of: "bob")
        let store = try fixture.store
        let result = try await store.signIn(
            userName: "ada", password: Secret("correct horse battery"), from: "192.0.2.1", userAgent: "")
        guard case .signedIn(let principal, let session, _) = result else {
            Issue.record("\(result)")
            return
        }
        let browser = PushFixture.Phone(principal: principal, path: "/browser")
        try await fixture.pushing {
            try await fixture.subscribeVerified(canary)
            let id = try await fixture.subscribeVerified(browser)
            // Its end is the session's.
            let get = try await fixture.call(browser, "PushSubscription/get", #"{"ids":["\#(id)"]}"#)
            #expect(get["list"]?.array?.first?.object?["expires"] == .null)
            try await store.revokeSession(session.id, of: principal.user)
            try await fixture.change()
            try await fixture.settle(by: canary)
            #expect(fixture.service.requests(to: browser.path).count == 1)
            #expect(try await fixture.targets().map(\.principal) == [canary.principal])
        }
        try await fixture.close()
    }
}
