import MailModel
import Synchronization
import Testing

@testable import MailStore

struct StatusBoardTests {
    private let account = AccountID(rawValue: 1)
    private let maildrop = MaildropID(rawValue: 1)
    private let told: Told
    private let board: StatusBoard

    private final class Told: Sendable {
        let changes = Mutex<[AccountChange]>([])
        var count: Int { changes.withLock { $0.count } }
    }

    init() {
        let told = Told()
        self.told = told
        board = StatusBoard { change in told.changes.withLock { $0.append(change) } }
    }

    @Test func anIdlePollTellsNothing() {
        board.update(maildrop, in: account) { $0.held = 5 }
        let state = board.state(of: account)
        board.update(maildrop, in: account) { $0.state = .polling }
        board.update(maildrop, in: account) {
            $0.state = .idle
            $0.lastPollAt = Timestamp(seconds: 9)
            $0.lastSuccessAt = Timestamp(seconds: 9)
            $0.nextPollAt = Timestamp(seconds: 300)
        }
        #expect(told.count == 1)
        #expect(board.state(of: account) == state)
        #expect(board.status(maildrop, in: account)?.nextPollAt == Timestamp(seconds: 300))
    }

    @Test func aFailureIsToldOnceWhileItLasts() throws {
        board.update(maildrop, in: account) { $0.state = .idle }
        let before = board.state(of: account)
        for _ in 0..<3 {
            board.update(maildrop, in: account) {
                $0.state = .polling
            }
            board.update(maildrop, in: account) {
                $0.state = .failing
                $0.error = .init(type: "unreachable", description: "No answer.", since: Timestamp(seconds: 1))
            }
        }
        #expect(told.count == 2)
        #expect(try board.changes(of: account, since: before, max: nil).updated == [maildrop])
    }

    @Test func changesNameWhatIsNewChangedAndGone() throws {
        let start = board.state(of: account)
        let other = MaildropID(rawValue: 2)
        board.update(maildrop, in: account) { $0.held = 1 }
        board.update(other, in: account) { $0.held = 1 }
        let between = board.state(of: account)
        board.update(maildrop, in: account) { $0.held = 2 }
        board.forget(other, in: account)
        let all = try board.changes(of: account, since: start, max: nil)
        #expect(all.created == [maildrop] && all.updated == [] && all.destroyed == [])
        let late = try board.changes(of: account, since: between, max: nil)
        #expect(late.updated == [maildrop] && late.destroyed == [other])
        #expect(late.newState == board.state(of: account))
        let first = try board.changes(of: account, since: between, max: 1)
        #expect(first.hasMore && first.updated == [maildrop])
        let rest = try board.changes(of: account, since: first.newState, max: 1)
        #expect(!rest.hasMore && rest.destroyed == [other])
    }

    @Test func aStateOfAnotherProcessCannotBeFollowed() {
        let old = StatusBoard { _ in }
        old.update(maildrop, in: account) { $0.held = 1 }
        let error = #expect(throws: MailStoreError.self) {
            try board.changes(of: account, since: old.state(of: account), max: nil)
        }
        #expect(error?.code == .cannotCalculateChanges)
    }
}
