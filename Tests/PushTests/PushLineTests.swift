import JMAP
import MailModel
import OutboundHTTP
import Testing

@testable import MailStore
@testable import Push

@Suite struct PushLineTests {
    private static let account = AccountID(rawValue: 1)
    private let start = Timestamp(seconds: 1_000_000)
    private var options: PushOptions {
        var options = PushOptions(clock: { Timestamp(seconds: 0) }, random: { 0 })
        options.contact = nil
        return options
    }

    private func state(_ number: Int64) -> StateToken {
        StateToken(epoch: Epoch(rawValue: 1), modseq: Modseq(rawValue: number))
    }

    private func states(_ number: Int64) -> PushState {
        PushState(
            account: Self.account,
            states: Dictionary(uniqueKeysWithValues: DataType.allCases.map { ($0, state(number)) }))
    }

    private func line(told: PushState?, types: [String]? = nil) -> PushLine {
        let principal = Principal(
            user: UserID(rawValue: 1), userName: "ada", role: .member, account: Self.account,
            device: DeviceID(rawValue: 1))
        let target = PushTarget(
            id: PushSubscriptionID(rawValue: 1), principal: principal, isVerified: true, verifyAt: nil, tries: 1,
            expiresAt: nil, types: types, told: told?.eventID)
        return PushLine(target, current: states(1), now: start)
    }

    private func change(_ number: Int64, _ types: DataType...) -> AccountChange {
        AccountChange(
            account: Self.account, states: Dictionary(uniqueKeysWithValues: types.map { ($0, state(number)) }))
    }

    private func expectKept(_ isKept: Bool) { #expect(isKept) }

    @Test func nothingIsDueWhileNothingChanges() {
        var line = line(told: states(1))
        #expect(line.due(options) == nil)
        line.changed(change(1, .email), at: start)
        #expect(line.due(options) == nil)
    }

    @Test func aClientOfWhichNothingIsKnownIsToldAll() {
        let line = line(told: nil, types: ["Email", "Mailbox"])
        #expect(line.due(options) == start.adding(options.settle))
        #expect(Set(line.message(at: start, options).states.keys) == [.email, .mailbox])
    }

    @Test func changesAreGatheredAndThenKeptApart() {
        var line = line(told: states(1))
        line.changed(change(2, .email), at: start)
        line.changed(change(3, .email, .mailbox), at: start.adding(seconds: 0))
        let due = start.adding(options.settle)
        #expect(line.due(options) == due)
        let message = line.message(at: due, options)
        #expect(message.states[.email] == state(3) && message.states[.mailbox] == state(3))
        line.changed(change(4, .email), at: due)
        expectKept(line.ended(message, .delivered, at: due, options))
        #expect(line.due(options) == due.adding(options.interval))
    }

    @Test func aPushNamesAgainWhatTheOneThatItReplacesMayHaveToldInVain() {
        var line = line(told: states(1), types: ["Email", "Mailbox", "Thread"])
        // What was pushed before the start is not known: all of it is named once.
        let life = options.life
        var now = start.adding(life)
        line.changed(change(2, .email), at: now)
        var message = line.message(at: now, options)
        #expect(Set(message.states.keys) == [.email])
        expectKept(line.ended(message, .delivered, at: now, options))
        now = now.adding(life - .seconds(1))
        line.changed(change(3, .mailbox), at: now)
        message = line.message(at: now, options)
        #expect(Set(message.states.keys) == [.email, .mailbox])
        #expect(message.states[.email] == state(2))
        expectKept(line.ended(message, .delivered, at: now, options))
    }

    @Test func newMailIsMoreUrgentThanOtherNews() {
        var line = line(told: states(1))
        line.changed(change(2, .email, .mailbox), at: start)
        #expect(!line.message(at: start, options).isNewMail)
        line.changed(change(3, .emailDelivery), at: start)
        #expect(line.message(at: start, options).isNewMail)
    }

    @Test func failuresAreFartherAndFartherApartUntilItIsGivenUp() {
        var line = line(told: nil)
        var now = start
        var pauses: [Duration] = []
        while pauses.count < 100 {
            let message = line.message(at: now, options)
            guard line.ended(message, .failed(after: nil, isCertain: true), at: now, options) else { break }
            guard let due = line.due(options) else { break }
            pauses.append(due.since(now))
            now = due
        }
        #expect(Array(pauses.prefix(4)) == [.seconds(30), .seconds(60), .seconds(120), .seconds(240)])
        #expect(pauses.max() == options.longestPause)
        #expect(now.since(start) >= options.giveUpAfter && pauses.count < 100)
    }

    @Test func tooManyDoublesTheIntervalAndSuccessHalvesIt() {
        var line = line(told: nil)
        let message = line.message(at: start, options)
        for expected in [20, 40, 80] {
            expectKept(line.ended(message, .tooMany(after: .seconds(1)), at: start, options))
            #expect(line.due(options) == start.adding(seconds: Int64(expected)))
        }
        expectKept(line.ended(message, .tooMany(after: .seconds(7_200)), at: start, options))
        #expect(line.due(options) == start.adding(seconds: 7_200))
        expectKept(line.ended(message, .delivered, at: start, options))
        line.changed(change(2, .email), at: start)
        #expect(line.due(options) == start.adding(seconds: 80))
    }
}

@Suite struct PushOutcomeTests {
    @Test(arguments: [
        (200, PushOutcome.delivered), (201, .delivered), (202, .delivered), (204, .delivered), (404, .gone),
        (410, .gone), (429, .tooMany(after: nil)), (307, .failed(after: nil, isCertain: true)),
        (400, .failed(after: nil, isCertain: true)), (500, .failed(after: nil, isCertain: true)),
    ])
    func anAnswerMeans(status: Int, outcome: PushOutcome) {
        #expect(PushOutcome(OutboundResponse(status: status, body: []), at: .init(seconds: 0)) == outcome)
    }

    @Test(arguments: [
        ("120", Duration.seconds(120)), ("0", .zero), ("999999999", .seconds(86_400)), ("99999999999999999999", nil),
        ("-1", nil), ("", nil), ("Fri, 31 Dec 1999 23:59:59 GMT", nil), ("٣", nil),
        ("Sun, 01 Mar 2026 12:02:00 GMT", .seconds(120)), ("Sunday, 01-Mar-26 12:02:00 GMT", .seconds(120)),
        ("Sun Mar  1 12:02:00 2026", .seconds(120)), ("Tue, 03 Mar 2026 12:00:00 GMT", .seconds(86_400)),
        ("Sun, 01 Mar 2026 12:02:00 CET", nil), ("Sun, 41 Mar 2026 12:02:00 GMT", nil),
        ("Sun, 01 Mar 2026 12:02 GMT", nil), ("01 Mar 2026 12:02:00 GMT", nil),
    ])
    func aPauseThatIsAskedForIsBounded(text: String, pause: Duration?) {
        let response = OutboundResponse(status: 429, headers: [("retry-after", text)], body: [])
        // 2026-03-01T12:00:00Z
        #expect(PushOutcome(response, at: .init(seconds: 1_772_366_400)) == .tooMany(after: pause))
    }

    @Test func anAddressThatIsNotAllowedIsNeverAskedAgain() {
        #expect(PushOutcome(OutboundHTTPError(.addressNotAllowed, "")) == .gone)
        #expect(PushOutcome(OutboundHTTPError(.timeout, "")) == .failed(after: nil, isCertain: false))
    }
}
