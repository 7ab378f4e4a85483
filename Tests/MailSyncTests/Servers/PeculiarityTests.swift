import TestSupport
import Testing

/// What real servers do in their own way is what is written of them.
@Suite struct PeculiarityTests {
    @Test(arguments: UpstreamServerKind.allCases)
    func aServerHasTheMannersThatAreWrittenOfIt(kind: UpstreamServerKind) async throws {
        let server = try await kind.start()
        try await server.add(ServerMail.all)
        let seen = try await ServerManners.observe(server, delivered: ServerMail.all)
        #expect(Self.words(seen) == Self.words(server.peculiarities))
        let row = try Self.row(of: kind)
        #expect(row == Self.words(seen).joined(separator: "; "))
    }

    private static func words(_ peculiarities: Set<Peculiarity>) -> [String] {
        Peculiarity.allCases.filter(peculiarities.contains).map(\.rawValue)
    }

    /// The last cell of a server's row in the table of docs/protocols.md.
    private static func row(of kind: UpstreamServerKind) throws -> String? {
        let text = String(decoding: try Repository.bytes(ofFile: Repository.root + "/docs/protocols.md"), as: UTF8.self)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| \(kind.rawValue) |") }
        return rows.first?.split(separator: "|").last.map { String($0.trimmingPrefix(" ").dropLast()) }
    }
}
