import MailModel
import Testing

@testable import MailStore

struct ChangeFeedTests {
    private let feed = ChangeFeed()
    private let one = AccountID(rawValue: 1)
    private let two = AccountID(rawValue: 2)

    private func token(_ modseq: Int64) -> StateToken {
        StateToken(epoch: Epoch(rawValue: 1), modseq: Modseq(rawValue: modseq))
    }

    @Test func aSlowReaderGetsTheNewestOfEachAccountOnce() async {
        var changes = feed.subscribe().makeAsyncIterator()
        for modseq in 1...1000 { feed.publish(AccountChange(account: one, states: [.email: token(Int64(modseq))])) }
        feed.publish(AccountChange(account: two, states: [.email: token(7)]))
        feed.publish(AccountChange(account: one, states: [.mailbox: token(1001)]))
        #expect(
            await changes.next()
                == AccountChange(account: one, states: [.email: token(1000), .mailbox: token(1001)]))
        #expect(await changes.next() == AccountChange(account: two, states: [.email: token(7)]))
        feed.finish()
        #expect(await changes.next() == nil)
    }

    @Test func aReaderOfOneAccountHearsNothingOfOthers() async {
        var changes = feed.subscribe(to: two).makeAsyncIterator()
        feed.publish(AccountChange(account: one, states: [.email: token(1)]))
        feed.publish(AccountChange(account: two, states: [.email: token(2)]))
        #expect(await changes.next()?.account == two)
    }

    @Test func aWaitingReaderIsWoken() async {
        let changes = feed.subscribe()
        let reader = Task {
            var iterator = changes.makeAsyncIterator()
            return await iterator.next()
        }
        feed.publish(AccountChange(account: one, states: [.email: token(3)]))
        #expect(await reader.value?.states[.email] == token(3))
    }

    @Test func aReaderThatIsGoneIsForgotten() {
        do {
            let changes = feed.subscribe()
            #expect(feed.readerCount == 1)
            _ = changes
        }
        #expect(feed.readerCount == 0)
    }

    @Test func cancellingEndsTheSequence() async {
        let changes = feed.subscribe()
        let reader = Task {
            for await _ in changes {}
            return true
        }
        reader.cancel()
        #expect(await reader.value)
    }
}
