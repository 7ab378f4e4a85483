import JMAP
import MailModel
import Testing

@testable import HTTPServer

@Suite struct EventPacerTests {
    private let begin = ContinuousClock.now

    private func after(_ milliseconds: Int) -> ContinuousClock.Instant {
        begin.advanced(by: .milliseconds(milliseconds))
    }

    private func state(_ modseq: Int64) -> StateToken {
        StateToken(epoch: Epoch(rawValue: 26), modseq: Modseq(rawValue: modseq))
    }

    private func query(_ text: String) throws -> EventSourceQuery { try EventSourceQuery(RequestTarget("/?" + text)) }

    private func states(email: Int64, mailbox: Int64) -> PushState {
        PushState(account: AccountID(rawValue: 1), states: [.email: state(email), .mailbox: state(mailbox)])
    }

    private func pacer(_ text: String = "types=*", lastEventID: PushState? = nil) throws -> EventPacer {
        EventPacer(
            try query(text), current: states(email: 1, mailbox: 1), lastEventID: lastEventID, now: begin)
    }

    @Test func theFirstChangeIsSentAtOnce() throws {
        var pacer = try pacer()
        #expect(pacer.next(at: after(0)) == .wait(until: nil))
        pacer.changed([.email: state(2)])
        #expect(
            pacer.next(at: after(0))
                == .sendState([.email: state(2)], of: states(email: 2, mailbox: 1)))
        #expect(pacer.next(at: after(0)) == .wait(until: nil))
    }

    @Test func laterChangesWaitForTheIntervalAndOnlyTheNewestIsSent() throws {
        var pacer = try pacer()
        pacer.changed([.email: state(2)])
        _ = pacer.next(at: after(0))
        for modseq in 3...50 { pacer.changed([.email: state(Int64(modseq))]) }
        pacer.changed([.mailbox: state(7)])
        #expect(pacer.next(at: after(199)) == .wait(until: after(200)))
        #expect(
            pacer.next(at: after(200))
                == .sendState(
                    [.email: state(50), .mailbox: state(7)], of: states(email: 50, mailbox: 7)))
    }

    @Test func aChangeAfterAPauseIsSentAtOnce() throws {
        var pacer = try pacer()
        pacer.changed([.email: state(2)])
        _ = pacer.next(at: after(0))
        pacer.changed([.email: state(3)])
        guard case .sendState = pacer.next(at: after(5_000)) else { return #expect(Bool(false)) }
    }

    @Test func typesThatWereNotAskedForAreNotPushedButAreInTheID() throws {
        var pacer = try pacer("types=Mailbox,CalendarEvent")
        pacer.changed([.email: state(2)])
        #expect(pacer.next(at: after(0)) == .wait(until: nil))
        pacer.changed([.mailbox: state(3)])
        #expect(
            pacer.next(at: after(0))
                == .sendState([.mailbox: state(3)], of: states(email: 2, mailbox: 3)))
    }

    @Test func aDeviceThatComesBackHearsWhatItMissed() throws {
        var pacer = try pacer(lastEventID: states(email: 1, mailbox: 0))
        #expect(
            pacer.next(at: after(0))
                == .sendState([.mailbox: state(1)], of: states(email: 1, mailbox: 1)))
    }

    @Test func aDeviceThatMissedNothingHearsNothing() throws {
        var pacer = try pacer(lastEventID: states(email: 1, mailbox: 1))
        #expect(pacer.next(at: after(0)) == .wait(until: nil))
    }

    @Test func pingsFollowTheLastEventOfAnyKind() throws {
        var pacer = try pacer("ping=30")
        #expect(pacer.next(at: after(0)) == .wait(until: after(30_000)))
        pacer.changed([.email: state(2)])
        _ = pacer.next(at: after(10_000))
        #expect(pacer.next(at: after(30_000)) == .wait(until: after(40_000)))
        #expect(pacer.next(at: after(40_000)) == .sendPing(.seconds(30)))
        #expect(pacer.next(at: after(40_000)) == .wait(until: after(70_000)))
    }

    @Test func closeAfterStateEndsAfterOneState() throws {
        var pacer = try pacer("closeafter=state")
        pacer.changed([.email: state(2)])
        guard case .sendState = pacer.next(at: after(0)) else { return #expect(Bool(false)) }
        #expect(pacer.next(at: after(0)) == .finish)
    }

    @Test func parametersAreReadAsTheRFCSays() throws {
        #expect(try query("types=*&closeafter=no&ping=0").ping == nil)
        #expect(try query("types=%2A&ping=1").ping == .seconds(5))
        #expect(try query("ping=300").ping == .seconds(300))
        #expect(try query("ping=4294967295").ping == .seconds(900))
        #expect(try query("types=Email%2CThread").types == [.email, .thread])
        for text in ["ping=-1", "ping=x", "ping=4294967296", "closeafter=yes"] {
            #expect(throws: Problem.self, "\(text)") { try query(text) }
        }
    }

    @Test func anEventIsOneBlockOfLines() {
        let event = ServerSentEvent.encoded(name: "state", data: Array("{\"a\":\n1}".utf8), id: "x")
        #expect(String(decoding: event.octets, as: UTF8.self) == "event: state\nid: x\ndata: {\"a\":1}\n\n")
        #expect(
            String(decoding: ServerSentEvent.ping(.seconds(30)).octets, as: UTF8.self)
                == "event: ping\ndata: {\"interval\":30}\n\n")
    }
}
