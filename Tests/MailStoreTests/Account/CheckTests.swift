import Dispatch
import MailModel
import Testing

@testable import MailStore

@Suite struct CheckTests {
    @Test func aLargeEmailThatIsDestroyedMeanwhileIsNoDamage() async throws {
        try await AccountFixture.run { _, account in
            let email = try await account.deliver([BackupFixture.large(1)])[0]
            let (reached, signal) = AsyncStream.makeStream(of: Void.self)
            let goOn = DispatchSemaphore(value: 0)
            async let report = account.check(rulesChecked: {
                signal.yield()
                goOn.wait()
            })
            for await _ in reached { break }
            try await account.write { try $0.destroyEmail(email) }
            goOn.signal()
            #expect(try await report.findings == [])
            #expect(try account.core.blobFiles.stored().isEmpty)
        }
    }

    @Test func aLongCopyOrCheckKeepsCheckpointsFromWaitingForIt() async throws {
        try await AccountFixture.run { _, account in
            let (held, signal) = AsyncStream.makeStream(of: Bool.self)
            _ = try await account.check(rulesChecked: { signal.yield(account.core.blobFiles.isHeld) })
            for await isHeld in held {
                #expect(isHeld)
                break
            }
            #expect(!account.core.blobFiles.isHeld)
        }
    }

    @Test func itEndsWhenNobodyWaitsForIt() async throws {
        try await AccountFixture.run { _, account in
            try await account.deliver([message()])
            let control = CopyControl { _ in }
            let task = Task {
                try await control.run {
                    let (reached, signal) = AsyncStream.makeStream(of: Void.self)
                    let goOn = DispatchSemaphore(value: 0)
                    async let report = account.check(
                        control,
                        rulesChecked: {
                            signal.yield()
                            goOn.wait()
                        })
                    for await _ in reached { break }
                    withUnsafeCurrentTask { $0?.cancel() }
                    goOn.signal()
                    return try await report
                }
            }
            let error = await #expect(throws: MailStoreError.self) { try await task.value }
            #expect(error?.code == .closed)
        }
    }

    @Test func aStatementThatTakesLongIsEndedToo() async throws {
        try await AccountFixture.run { _, account in
            let control = CopyControl { _ in }
            let (reached, signal) = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                try await control.run {
                    try await account.read { reader in
                        try control.interrupting(reader.db) {
                            signal.yield()
                            // It would never end.
                            _ = try reader.db.all(
                                "WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
                            ) { $0.int(0) }
                        }
                    }
                }
            }
            for await _ in reached { break }
            task.cancel()
            let error = await #expect(throws: MailStoreError.self) { try await task.value }
            #expect(error?.code == .closed)
            // The connection is as good as before.
            let report = try await account.check()
            #expect(report.findings == [])
        }
    }

    @Test func theStoresCheckEndsWithItsTask() async throws {
        let fixture = try BackupFixture()
        try await fixture.folder.with { store in
            _ = try await fixture.fill(store)
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await store.check()
            }
            let error = await #expect(throws: MailStoreError.self) { try await task.value }
            #expect(error?.code == .closed)
        }
    }
}
