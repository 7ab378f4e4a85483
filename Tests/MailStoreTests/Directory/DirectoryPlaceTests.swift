import Foundation
import MailModel
import TestSupport
import Testing

@testable import MailStore

@Suite struct DirectoryPlaceTests {
    private let folder: StoreFolder

    init() throws { folder = try StoreFolder() }

    private func epochs() async throws -> [Epoch] {
        try await folder.with { store in
            var epochs: [Epoch] = []
            for id in try await store.accounts() { epochs.append(try await store.account(id).epoch) }
            return epochs
        }
    }

    private func createPeople() async throws {
        try await folder.with { store in
            for name in ["ada", "bob"] {
                let user = try await store.createUser(name: name, password: Secret("correct horse"))
                try await store.account(user.account).deliver([message()])
            }
        }
    }

    @Test func aCopyThatIsPutBackBeginsNewEpochsOnce() async throws {
        try await createPeople()
        let before = try await epochs()
        #expect(before.count == 2)
        #expect(try await epochs() == before)
        let copy = folder.folder.path("copy")
        try FileManager.default.copyItem(atPath: folder.data, toPath: copy)
        try await folder.with { store in
            for id in try await store.accounts() { try await store.account(id).deliver([message(subject: "lost")]) }
        }
        try FileManager.default.moveItem(atPath: folder.data, toPath: folder.folder.path("old"))
        try FileManager.default.moveItem(atPath: copy, toPath: folder.data)
        let after = try await epochs()
        #expect(after.count == 2)
        #expect(zip(before, after).allSatisfy { $0 != $1 })
        #expect(try await epochs() == after)
    }

    @Test func aDirectoryThatOnlyMovesStaysWhatItIs() async throws {
        try await createPeople()
        let before = try await epochs()
        let elsewhere = folder.folder.path("elsewhere")
        try FileManager.default.moveItem(atPath: folder.data, toPath: elsewhere)
        try FileManager.default.moveItem(atPath: elsewhere, toPath: folder.data)
        #expect(try await epochs() == before)
    }

    @Test func whatAnEarlierVersionLeftStaysWhatItIs() async throws {
        try await createPeople()
        let before = try await epochs()
        let database = try DirectoryDatabase(path: folder.data + "/restante.db")
        try await database.write { _ = try $0.run("UPDATE directory SET inode = NULL, madeAt = NULL") }
        try database.close()
        #expect(try await epochs() == before)
    }

    @Test func twoFilesAreAtTwoPlaces() throws {
        let paths = ["one", "two"].map { folder.folder.path($0) }
        for path in paths { try Data().write(to: URL(fileURLWithPath: path)) }
        let places = try paths.map { path throws(MailStoreError) in try DirectoryPlace(of: path) }
        #expect(places[0] != places[1])
        #expect(try DirectoryPlace(of: paths[0]) == places[0])
        #expect(throws: MailStoreError.self) { try DirectoryPlace(of: folder.folder.path("none")) }
    }
}
