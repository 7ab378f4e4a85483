import MailModel
import MailStore
import Testing

@testable import MailSync

@Suite struct CandidatesTests {
    private static let header = HeaderPrint(
        Array("Message-ID: <a@b>\r\n\r\n".utf8).withUnsafeBytes { FingerprintFields($0) })

    private func pool(
        _ octets: some Sequence<Int>, _ standing: RememberedMessage.Standing = .current
    ) -> [RememberedMessage] {
        octets.enumerated().map { place, octets in
            RememberedMessage(
                email: EmailID(rawValue: Int64(place + 1)), octets: octets, size: octets, mark: Self.header.mark,
                standing: standing)
        }
    }

    /// With steps for each that grow with their number this would not end.
    @Test func aHundredThousandMessagesWithOneHeaderAreGivenAwayEachOnce() {
        let count = 100_000
        var candidates = Candidates(pool(1...count), [Bool](repeating: false, count: count))
        let seen = ProbedMessage(fields: Self.header)
        var given: Set<Int> = []
        for octets in 1...count / 2 {
            #expect(candidates.take(seen, listed: octets, isAnySize: false) == octets - 1)
            given.insert(octets - 1)
        }
        for octets in count + 1...count + count / 2 {
            if let old = candidates.take(seen, listed: octets, isAnySize: true) { given.insert(old) }
        }
        #expect(given.count == count)
        #expect(candidates.take(seen, listed: 0, isAnySize: true) == nil)
    }

    @Test func whatTheServerNoLongerHadIsNeverAMessageOfAnotherSize() {
        var candidates = Candidates(pool([10], .gone), [false])
        let seen = ProbedMessage(fields: Self.header)
        #expect(candidates.take(seen, listed: 11, isAnySize: true) == nil)
        #expect(candidates.take(seen, listed: 10, isAnySize: false) == 0)
    }

    @Test func whatIsKeptOfAHeaderDoesNotGrowWithIt() throws {
        let long = Array("Message-ID: <a@b>\r\nSubject: \(String(repeating: "x", count: 1_000_000))\r\n\r\n".utf8)
        let fields = long.withUnsafeBytes { FingerprintFields($0) }
        let print = HeaderPrint(fields)
        #expect(print.mark == fields.mark)
        #expect(print.fingerprint(octets: 77) == fields.fingerprint(octets: 77))
        #expect(print.fingerprint(octets: 78) != fields.fingerprint(octets: 77))
        #expect(MemoryLayout<HeaderPrint>.size <= 200)
        // Nothing in it refers to the header's octets.
        #expect(Mirror(reflecting: print).children.allSatisfy { !($0.value is [UInt8]) && !($0.value is [[UInt8]?]) })
    }
}
