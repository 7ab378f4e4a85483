import MailModel
import POP3
import Testing

@testable import MailSync

@Suite struct FetchPlanTests {
    private func messages(_ numbers: ClosedRange<Int>) throws -> [ListedMessage] {
        try numbers.map { number in
            ListedMessage(
                number: try #require(MessageNumber(number)), uniqueID: try #require(UniqueID(Array("u\(number)".utf8))),
                ordinal: 0, octets: 100)
        }
    }

    /// The order of a whole plan when message `n` has the date `date(n)`.
    private func order(
        _ plan: FetchPlan, date: (Int) -> Int = { $0 }
    ) -> [Int] {
        var plan = plan
        var order: [Int] = []
        while let message = plan.next() {
            order.append(message.number.value)
            plan.observe(message.number, Timestamp(seconds: Int64(date(message.number.value))))
        }
        return order
    }

    @Test func highestNumbersComeFirst() throws {
        let plan = FetchPlan(fresh: try messages(1...100), retries: [])
        #expect(order(plan) == Array((1...100).reversed()))
    }

    @Test func messagesThatFailedBeforeComeLast() throws {
        let plan = FetchPlan(fresh: try messages(1...3), retries: try messages(9...9))
        #expect(order(plan) == [3, 2, 1, 9])
    }

    @Test func aServerThatCountsTheOtherWayIsReadFromTheOtherEnd() throws {
        let plan = FetchPlan(fresh: try messages(1...100), retries: [])
        let order = order(plan) { -$0 }
        #expect(order.prefix(17) == (84...100).reversed()[...])
        #expect(order.dropFirst(17) == (1...83).map { $0 }[...])
    }

    @Test func aFewDatesOutOfOrderChangeNothing() throws {
        let plan = FetchPlan(fresh: try messages(1...100), retries: [])
        #expect(order(plan) { $0 % 3 == 0 ? 0 : $0 } == Array((1...100).reversed()))
    }
}
