import JMAP
import JSON
import MailModel
import MailStore
import Testing

@Suite struct PushStateTests {
    private let account = AccountID(rawValue: 3)

    private func state(_ modseq: Int64) -> StateToken {
        StateToken(epoch: Epoch(rawValue: 0xAB), modseq: Modseq(rawValue: modseq))
    }

    private func whole(_ modseq: Int64) -> PushState {
        PushState(
            account: account, states: Dictionary(uniqueKeysWithValues: DataType.allCases.map { ($0, state(modseq)) }))
    }

    @Test func anEventIDHoldsTheWholeState() throws {
        var push = whole(5)
        push.merge(AccountChange(account: account, states: [.email: state(9), .maildropStatus: state(8)]))
        let fields = DataType.allCases.map { type in
            switch type {
            case .email: "~sab-9"
            case .maildropStatus: "~sab-8"
            default: "~sab-5"
            }
        }
        #expect(push.eventID == "a3" + fields.joined())
        #expect(PushState(eventID: push.eventID) == push)
        let partial = PushState(account: account, states: [.thread: state(1)])
        #expect(PushState(eventID: partial.eventID) == partial)
    }

    private static let separators = String(repeating: "~", count: DataType.allCases.count)

    @Test(arguments: [
        "", "a3", separators, "x3" + separators, "a3" + separators.dropLast(), "a3" + separators + "~",
        "a3~sab-5~nonsense" + separators.dropLast(2), "a3~sab-05" + separators.dropLast(), "42",
        "a3" + separators + "\u{0}", String(repeating: "~", count: 5_000),
    ])
    func anythingElseIsNoEventID(text: String) {
        #expect(PushState(eventID: text) == nil)
    }

    @Test func tellsOnlyWhatChangedAndWasAskedFor() {
        var push = whole(5)
        push.merge(AccountChange(account: account, states: [.email: state(9), .mailbox: state(9)]))
        push.merge(AccountChange(account: AccountID(rawValue: 4), states: [.thread: state(7)]))
        #expect(push.changes(since: whole(5), among: Set(DataType.allCases)) == [.email: state(9), .mailbox: state(9)])
        #expect(push.changes(since: whole(5), among: [.mailbox, .thread]) == [.mailbox: state(9)])
        #expect(push.changes(since: push, among: Set(DataType.allCases)).isEmpty)
    }

    @Test func aClientOfAnotherAccountOrEpochHasMissedEverything() {
        let other = PushState(account: AccountID(rawValue: 4), states: whole(5).states)
        #expect(whole(5).changes(since: other, among: [.email]).count == 1)
        let before = PushState(
            account: account, states: [.email: StateToken(epoch: Epoch(rawValue: 1), modseq: Modseq(rawValue: 5))])
        #expect(whole(5).changes(since: before, among: [.email]).count == 1)
    }

    @Test func writesAStateChange() throws {
        let text = whole(5).stateChange([.email: state(9), .mailbox: state(8)])
        #expect(
            String(decoding: text, as: UTF8.self)
                == #"{"@type":"StateChange","changed":{"a3":{"Mailbox":"sab-8","Email":"sab-9"}}}"#)
    }

    @Test func readsTheListOfTypes() {
        #expect(DataType.pushed("*") == Set(DataType.allCases))
        #expect(DataType.pushed("Email,EmailDelivery") == [.email, .emailDelivery])
        #expect(DataType.pushed("Email,CalendarEvent,,email") == [.email])
        #expect(DataType.pushed("").isEmpty)
    }
}
