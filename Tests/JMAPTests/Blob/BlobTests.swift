import JMAP
import JSON
import MailModel
import Testing

/// RFC 8620 §6.
@Suite struct BlobTests {
    private static func download(_ client: Client, _ blob: String, account: String? = nil) async throws -> [UInt8] {
        let download = try await client.server.download(
            blobID: blob, accountID: account ?? client.accountID, principal: client.principal)
        return try download.octets(in: 0..<download.size)
    }

    private static func failure(_ body: () async throws -> Void) async -> BlobError.Kind? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? BlobError)?.kind
        }
    }

    @Test func anUploadComesBackAsItWas() async throws {
        try await World.with { world async throws in
            for size in [0, 1, 65_536, 65_537, 300_000] {
                let octets = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                let upload = try await world.server.beginUpload(
                    accountID: world.alice.accountID, principal: world.alice.principal)
                for start in stride(from: 0, to: size, by: 50_000) {
                    try octets[start..<min(start + 50_000, size)].withUnsafeBytes { try upload.append($0) }
                }
                let answer = try JSONParser.parse(await upload.finish(type: "text/x"))
                #expect(answer.keys == ["accountId", "blobId", "type", "size"])
                #expect(answer["type"] == "text/x")
                #expect(answer["size"].integer == Int64(size))
                #expect(try await Self.download(world.alice, answer["blobId"].string ?? "") == octets)
            }
        }
    }

    @Test func aMessageAndItsPartsCanBeDownloaded() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.rich)
            let blob = try await world.alice.call("Email/get", #"{"ids":["\#(id)"]}"#)["list"][0]["blobId"].string ?? ""
            let whole = Array(Sample.rich.replacing("\n", with: "\r\n").utf8)
            #expect(try await Self.download(world.alice, blob) == whole)
            #expect(try await Self.download(world.alice, blob + "-2") == Array("Hello".utf8))
            #expect(try await Self.download(world.alice, blob + "-1-1") == Array("Grüße\r\naus Wien".utf8))
            for absent in [
                blob + "-1", blob + "-3", blob + "-1-1-1", blob + "-0", blob + "-", "b", "", String(blob.dropLast()),
            ] {
                let kind = await Self.failure { _ = try await Self.download(world.alice, absent) }
                #expect(kind == .notFound, "\(absent)")
            }
        }
    }

    @Test func aStretchOfADownloadStaysWithinIt() async throws {
        try await World.with { world async throws in
            let blob = try await world.alice.upload(Array("abcdef".utf8))
            let download = try await world.server.download(
                blobID: blob, accountID: world.alice.accountID, principal: world.alice.principal)
            #expect(download.size == 6)
            #expect(try download.octets(in: 2..<4) == Array("cd".utf8))
            #expect(try download.octets(in: 4..<100) == Array("ef".utf8))
            #expect(try download.octets(in: 50..<100) == [])
        }
    }

    @Test func anotherOnesBlobsAndAccountsAreNotThere() async throws {
        try await World.with { world async throws in
            let blob = try await world.bob.upload(Array("secret".utf8))
            let (alice, bob) = (world.alice, world.bob)
            #expect(await Self.failure { _ = try await Self.download(alice, blob) } == .notFound)
            #expect(
                await Self.failure { _ = try await Self.download(alice, blob, account: bob.accountID) } == .notFound)
            #expect(await Self.failure { _ = try await Self.download(alice, blob, account: "a999") } == .notFound)
            for account in [bob.accountID, "a999", ""] {
                let kind = await Self.failure {
                    _ = try await world.server.beginUpload(accountID: account, principal: alice.principal)
                }
                #expect(kind == .notFound)
            }
        }
    }
}
