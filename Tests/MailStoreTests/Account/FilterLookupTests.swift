import MailModel
import Testing

@testable import MailStore

/// What one query may ask of the text index.
@Suite struct FilterLookupTests {
    private static func header(_ text: String) -> FilterLookup { .header(HeaderCondition(name: "To", text: text)) }

    @Test func whatIsOpenedIsBoundedForTheWholeQuery() async throws {
        try await AccountFixture.run { _, account in
            let ids = try await account.deliver([message(id: "1@x"), message(id: "2@x", to: "eve@example.org")])
            let (found, error) = try await account.read { reader in
                let lookups = FilterLookups(reader, openable: 5)
                let found = try ["bob", "eve", "bob", "eve", "bob"].map { try lookups.found(by: Self.header($0)) }
                let error = #expect(throws: MailStoreError.self) { try lookups.found(by: Self.header("ann")) }
                return (found, error)
            }
            // The same is asked once: two lookups of two messages are four.
            #expect(
                found == [
                    [ids[0].rawValue], [ids[1].rawValue], [ids[0].rawValue], [ids[1].rawValue], [ids[0].rawValue],
                ])
            #expect(error?.code == .filterTooBroad)
            try await account.read { reader in
                let lookups = FilterLookups(reader, openable: 6)
                for text in ["bob", "eve", "ann"] { _ = try lookups.found(by: Self.header(text)) }
            }
        }
    }

    /// Whoever tidies up may empty the index between the two: a query does not fail for that.
    @Test func anIndexThatWasEmptiedMeanwhileIsBroughtUpOnceMore() async throws {
        try await AccountFixture.run { _, account in
            _ = try await account.deliver([message()])
            for (failures, expected) in [(0, 1), (1, 2), (2, nil)] {
                let attempts = try await account.read { reader in
                    var attempts = 0
                    let answer = try? FilterLookups(reader).asking {
                        attempts += 1
                        guard attempts > failures else { throw MailStoreError(.searchNotReady, "It is made anew.") }
                        return attempts
                    }
                    return answer
                }
                #expect(attempts == expected, "\(failures)")
            }
        }
    }
}
