import Foundation
import TestSupport
import Testing

@testable import MailStore

extension SyncFixture {
    /// Closes the account and takes its folder away, so that it can't be opened; returns what puts it back.
    func hideAccount() async throws -> @Sendable () throws -> Void {
        let data = folder.path("data")
        let place = try #require(
            try FileManager.default.subpathsOfDirectory(atPath: data).first { $0.hasSuffix("/mail.db") })
        let (shown, hidden) = (data + "/" + place.dropLast("/mail.db".count), folder.path("hidden"))
        await store.accountsInUse.evict(account)
        try FileManager.default.moveItem(atPath: shown, toPath: hidden)
        return { try FileManager.default.moveItem(atPath: hidden, toPath: shown) }
    }
}
