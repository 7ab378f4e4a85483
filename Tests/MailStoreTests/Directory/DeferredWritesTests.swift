import MailModel
import Testing

@testable import MailStore

struct DeferredWritesTests {
    private let start = Timestamp(seconds: 1_700_000_000)
    private let account = AccountID(rawValue: 1)
    private let maildrop = MaildropID(rawValue: 1)

    private func noteDue(_ writes: DeferredWrites, _ seconds: Int64) -> DeferredWrites.Values? {
        writes.noteLazily(at: start.adding(seconds: seconds)) { $0.due[account] = [maildrop: start] }
    }

    private func noteMark(_ writes: DeferredWrites, _ seconds: Int64) -> DeferredWrites.Values? {
        writes.note(at: start.adding(seconds: seconds)) {
            $0.marks[account] = HighWater(epoch: Epoch(rawValue: 1), modseq: Modseq(rawValue: seconds))
        }
    }

    @Test func idlePollsAloneCauseNoWriteForAnHour() {
        let writes = DeferredWrites(now: start)
        for seconds in stride(from: Int64(300), to: 3600, by: 300) { #expect(noteDue(writes, seconds) == nil) }
        #expect(noteDue(writes, 3600)?.due.count == 1)
    }

    @Test func whatHasToBeWrittenTakesTheRestAlong() {
        let writes = DeferredWrites(now: start)
        #expect(noteDue(writes, 30) == nil)
        #expect(noteMark(writes, 59) == nil)
        let values = noteMark(writes, 60)
        #expect(values?.due.count == 1 && values?.marks[account]?.modseq == Modseq(rawValue: 60))
        #expect(noteMark(writes, 61) == nil)
        #expect(writes.takeAll(at: start).marks.count == 1)
        #expect(writes.takeAll(at: start).isEmpty)
    }

    @Test func aDeviceIsNotedOnceAMinute() {
        let writes = DeferredWrites(now: start)
        let device = Principal.Credential.device(DeviceID(rawValue: 1))
        #expect(writes.noteSeen(device, at: start.adding(seconds: 100))?.lastSeen.count == 1)
        #expect(writes.noteSeen(device, at: start.adding(seconds: 159)) == nil)
        #expect(writes.lastSeen(device) == start.adding(seconds: 100))
        #expect(writes.noteSeen(device, at: start.adding(seconds: 160))?.lastSeen.count == 1)
    }
}
