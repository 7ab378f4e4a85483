import Foundation
import MailModel
import TestSupport
import Testing

@testable import MailStore

/// Lists that are kept by what /queryChanges says, for every filter, every order and both ways to list threads, while
/// anything is done to the account.
@Suite struct QueryChangesPropertyTests {
    @Test func aListPatchedByItsChangesIsThePresentList() async throws {
        let (rounds, seed) = (SeededRandom.rounds, SeededRandom.seed)
        print("query changes rounds: \(rounds), seed: \(seed)")
        let fixture = try AccountFixture(textWalk: .small)
        var run = PropertyRun(fixture: fixture, account: try await fixture.create(), seed: seed)
        try await run.begin()
        var followers: [QueryFollower] = []
        for round in 1...rounds {
            try await run.step()
            try await run.staySmall()
            if followers.count == 12 { followers.remove(at: round % 12) }
            followers.append(try await run.makeFollower())
            let reached = followers
            followers = try await run.account.read { reader in
                var followers = reached
                for index in followers.indices where (round + index) % 4 == 0 { try followers[index].follow(reader) }
                return followers
            }
        }
        try await run.compare()
        try await fixture.finish()
    }
}

extension PropertyRun {
    fileprivate mutating func makeFollower() async throws -> QueryFollower {
        let query = Self.query(model, &chooser)
        return try await account.read { try QueryFollower(query, $0) }
    }
}
