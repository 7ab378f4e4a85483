import MailModel
import Testing

@testable import MailStore

struct RhythmTests {
    private let now = Timestamp(seconds: 1_795_089_600)

    @Test func mailIsCountedInTheHourOfTheWeekInWhichItCame() {
        var rhythm = Rhythm()
        for week in 0..<4 {
            rhythm.add(receivedAt: now.adding(seconds: Int64(-week * 7 * 86_400)), now: now)
        }
        let (near, sameHour, any) = rhythm.messages(at: now, now: now)
        #expect(near > sameHour && sameHour > any)
        #expect(abs(any * 168 - near * 2) < 0.001)
        #expect(rhythm.messages(at: now.adding(seconds: 12 * 3600), now: now).near == 0)
    }

    @Test func whatIsOldCountsLess() {
        var rhythm = Rhythm()
        rhythm.add(receivedAt: now, now: now)
        let later = now.adding(Rhythm.halfLife)
        #expect(abs(rhythm.messages(at: now, now: later).any * 168 - 0.5) < 0.001)
        rhythm.add(receivedAt: later, now: later)
        #expect(abs(rhythm.messages(at: now, now: later).any * 168 - 1.5) < 0.001)
    }

    @Test func mailFromTheFutureAndFromLongAgoTeachesNothing() {
        var rhythm = Rhythm()
        rhythm.add(receivedAt: now.adding(seconds: 1), now: now)
        rhythm.add(receivedAt: now.adding(.zero - Rhythm.reach).adding(seconds: -1), now: now)
        #expect(rhythm.isEmpty)
        rhythm.add(receivedAt: now.adding(.zero - Rhythm.reach), now: now)
        #expect(!rhythm.isEmpty)
        rhythm.add(receivedAt: Timestamp(seconds: -5), now: Timestamp(seconds: 0))
    }

    @Test func itIsStoredAndReadAsItWas() async throws {
        let folder = try StoreFolder()
        let now = now
        try await folder.with { store async throws in
            let user = try await store.createUser(name: "ada", password: Secret("correct horse"))
            let account = try await store.account(user.account)
            let id = try await account.write { writer in
                try writer.createMaildrop(
                    .init(
                        name: "Work", host: "pop.example.com", username: "ada",
                        mailbox: try writer.reader.mailbox(withRole: .inbox)?.id ?? MailboxID(rawValue: 0)))
            }
            #expect(try await account.read { try $0.rhythm(of: id).isEmpty })
            var rhythm = Rhythm()
            for hour in 0..<300 { rhythm.add(receivedAt: now.adding(seconds: Int64(-hour * 3600)), now: now) }
            let poll = PollRecord(beganAt: now, endedAt: now, fetched: 300)
            try await store.recordPoll(poll, rhythm: rhythm, of: id, in: account.id)
            #expect(try await account.read { try $0.rhythm(of: id) } == rhythm)
            #expect(try await account.read { try $0.pollOutset(of: id, now: now)?.rhythm } == rhythm)
        }
    }

    @Test func whatIsNoRhythmIsNotRead() {
        let good = [UInt8](repeating: 0, count: 672)
        #expect(Rhythm(octets: good, countedAt: now, since: now) != nil)
        #expect(Rhythm(octets: Array(good.dropLast()), countedAt: now, since: now) == nil)
        #expect(Rhythm(octets: [0, 0, 0xC0, 0x7F] + good.dropLast(4), countedAt: now, since: now) == nil)
        #expect(Rhythm(octets: [0, 0, 0x80, 0xBF] + good.dropLast(4), countedAt: now, since: now) == nil)
    }
}
