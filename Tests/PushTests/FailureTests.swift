import JMAP
import JSON
import MailModel
import MailStore
import OutboundHTTP
import TestSupport
import Testing

@testable import Push

/// Push services that refuse, fail, or mean ill.
@Suite struct FailureTests {
    @Test(arguments: [404, 410])
    func aSubscriptionThatIsGoneIsRemoved(status: Int) async throws {
        let fixture = try await PushFixture()
        let (phone, canary) = (try await fixture.phone("phone"), try await fixture.phone("canary", of: "bob"))
        try await fixture.pushing {
            try await fixture.subscribeVerified(canary)
            try await fixture.subscribeVerified(phone)
            fixture.service.answer(phone.path, status)
            try await fixture.change()
            _ = try await fixture.service.next(to: phone.path)
            try await fixture.settle(by: canary)
            try await fixture.change()
            try await fixture.settle(by: canary)
        }
        #expect(fixture.service.requests(to: phone.path).count == 2)
        #expect(try await fixture.targets().map(\.principal) == [canary.principal])
        try await fixture.close()
    }

    @Test func tooManyMeansFewer() async throws {
        let fixture = try await PushFixture()
        let (phone, canary) = (try await fixture.phone("phone"), try await fixture.phone("canary", of: "bob"))
        try await fixture.pushing(
            configured: {
                $0.upkeep = .seconds(100_000)
            }
        ) {
            try await fixture.subscribeVerified(canary)
            try await fixture.subscribeVerified(phone)
            fixture.service.answer(phone.path, 429, [("retry-after", "90")])
            try await fixture.change()
            _ = try await fixture.service.next(to: phone.path)
            for _ in 0..<3 {
                try await fixture.change()
                try await fixture.settle(by: canary)
            }
            #expect(fixture.service.requests(to: phone.path).count == 2)
            await fixture.clock.waitForSleepers(2)
            fixture.clock.advance(by: .seconds(60))
            await fixture.clock.waitForSleepers(2)
            fixture.clock.advance(by: .seconds(30))
            // All that happened meanwhile is one push.
            _ = try await fixture.service.next(to: phone.path)
            try await fixture.settle(by: canary)
            #expect(fixture.service.requests(to: phone.path).count == 3)
        }
        try await fixture.close()
    }

    @Test func aCodeIsTriedAgainOnlyWhereItWasCertainlyNotDelivered() async throws {
        let fixture = try await PushFixture()
        let phones = [
            try await fixture.phone("busy"), try await fixture.phone("down"), try await fixture.phone("slow"),
            try await fixture.phone("strange"),
        ]
        let canary = try await fixture.phone("canary", of: "bob")
        fixture.service.answer(phones[0].path, 503)
        fixture.service.answer(phones[1].path, .failure(.unreachable))
        fixture.service.answer(phones[2].path, .failure(.timeout))
        fixture.service.answer(phones[3].path, .failure(.malformed))
        try await fixture.pushing(
            configured: {
                $0.upkeep = .seconds(100_000)
            }
        ) {
            for phone in phones { try await fixture.subscribe(phone) }
            for phone in phones {
                while fixture.service.requests(to: phone.path).isEmpty { _ = try await fixture.service.next() }
            }
            try await fixture.subscribeVerified(canary)
            await fixture.clock.waitForSleepers(2)
            fixture.clock.advance(by: .seconds(30))
            for phone in phones[..<2] {
                while fixture.service.requests(to: phone.path).count < 2 { _ = try await fixture.service.next() }
            }
            try await fixture.settle(by: canary)
            #expect(phones.map { fixture.service.requests(to: $0.path).count } == [2, 2, 1, 1])
        }
        try await fixture.close()
    }

    @Test func aCodeThatCannotBeDeliveredIsGivenUpWithItsSubscription() async throws {
        let fixture = try await PushFixture()
        let (phone, canary) = (try await fixture.phone("phone"), try await fixture.phone("canary", of: "bob"))
        fixture.service.answer(phone.path, 500, times: 10)
        try await fixture.pushing(
            configured: {
                $0.upkeep = .seconds(100_000)
                $0.verificationTries = 3
            }
        ) {
            try await fixture.subscribe(phone)
            for pause in [0, 30, 60] {
                await fixture.clock.waitForSleepers(pause == 0 ? 1 : 2)
                fixture.clock.advance(by: .seconds(pause))
                _ = try await fixture.service.next(to: phone.path)
            }
            try await fixture.subscribeVerified(canary)
            #expect(try await fixture.targets().map(\.principal) == [canary.principal])
        }
        try await fixture.close()
    }

    @Test func aSlowPushServiceHoldsUpNobodyElse() async throws {
        let fixture = try await PushFixture()
        var phones: [PushFixture.Phone] = []
        for number in 0..<6 { phones.append(try await fixture.phone("phone\(number)")) }
        let canary = try await fixture.phone("canary", of: "bob")
        let slow = phones
        try await fixture.pushing(
            configured: {
                $0.concurrentRequests = 5
                $0.concurrentRequestsPerUser = 4
            }
        ) {
            for phone in slow { try await fixture.subscribeVerified(phone) }
            try await fixture.subscribeVerified(canary)
            for phone in slow {
                fixture.service.answer(phone.path, .silence)
            }
            try await fixture.change()
            for _ in 0..<4 { _ = try await fixture.service.next() }
            try await fixture.settle(by: canary)
            try await fixture.settle(by: canary)
            let asked = slow.map { fixture.service.requests(to: $0.path).count }
            #expect(asked.reduce(0, +) == 10)
        }
        try await fixture.close()
    }

    @Test func manyChangesAreFewPushes() async throws {
        let fixture = try await PushFixture()
        let phone = try await fixture.phone("phone")
        try await fixture.pushing(
            configured: {
                $0.settle = .seconds(1)
                $0.interval = .seconds(10)
                $0.upkeep = .seconds(100_000)
            }
        ) {
            try await fixture.subscribeVerified(phone)
            let account = phone.principal.account
            let inbox = PushInbox()
            for _ in 0..<300 {
                try await fixture.change()
                _ = inbox.add(AccountChange(account: account, states: [:]))
            }
            #expect(inbox.takeAll().count == 1)
            await fixture.clock.waitForSleepers(2)
            fixture.clock.advance(by: .seconds(1))
            _ = try await fixture.service.next(to: phone.path)
            try await fixture.change()
            await fixture.clock.waitForSleepers(2)
            #expect(fixture.service.requests(to: phone.path).count == 2)
            while fixture.service.requests(to: phone.path).count < 3 {
                fixture.clock.advance(by: .seconds(1))
                await Task.yield()
            }
            #expect(fixture.clock.now.offset >= .seconds(11))
        }
        try await fixture.close()
    }
}
