import MailModel
import MailStore
import Testing

@testable import MailSync

/// What a server is found to want between two sign-ins.
@Suite struct ServerRestTests {
    private let now = Timestamp(seconds: 1_000_000)

    @Test func aRefusalTeachesHalfAsMuchAgainAsItsDistance() {
        var memory = ServerMemory()
        memory.hadEnough(sinceLast: .seconds(300), now: now)
        #expect(memory.restFor == 450)
        var close = ServerMemory()
        close.hadEnough(sinceLast: .seconds(10), now: now)
        #expect(close.restFor == 120)
    }

    @Test func furtherRefusalsOfTheSameTroubleTeachNothing() {
        var memory = ServerMemory()
        for _ in 0..<10 { memory.hadEnough(sinceLast: .seconds(300), now: now) }
        #expect(memory.restFor == 450)
        memory.accepted(loginDelay: nil, now: now)
        memory.hadEnough(sinceLast: .seconds(450), now: now)
        #expect(memory.restFor == 900)
    }

    @Test func itHasAnEnd() {
        var memory = ServerMemory()
        for _ in 0..<20 {
            memory.hadEnough(sinceLast: .seconds(1_000_000), now: now)
            memory.accepted(loginDelay: nil, now: now)
        }
        #expect(memory.restFor == 7200)
    }

    @Test func daysWithoutARefusalTakeItBack() {
        var memory = ServerMemory()
        memory.hadEnough(sinceLast: .seconds(160), now: now)
        #expect(memory.restFor == 240)
        memory.accepted(loginDelay: nil, now: now.adding(seconds: 3600))
        #expect(memory.restFor == 240)
        memory.accepted(loginDelay: nil, now: now.adding(seconds: 86_400))
        #expect(memory.restFor == 120)
        memory.accepted(loginDelay: nil, now: now.adding(seconds: 86_401))
        #expect(memory.restFor == 120)
        memory.accepted(loginDelay: nil, now: now.adding(seconds: 2 * 86_400))
        #expect(memory.restFor == 60)
        memory.accepted(loginDelay: nil, now: now.adding(seconds: 3 * 86_400))
        #expect(memory.restFor == nil)
    }
}
