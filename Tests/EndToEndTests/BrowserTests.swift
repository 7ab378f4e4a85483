import Foundation
import TestSupport
import Testing

/// What people do with the web client, in Debian's Chromium and in its Firefox ESR (docs/web-client.md).
@Suite struct BrowserTests {
    /// Files of one list share a daemon, a person and the browsers, whose beginnings cost more than most tests. Each list
    /// runs beside other tests; more lists than two would starve each other.
    static let lists = [
        ["triage", "in_step", "writing", "offline", "passkeys", "rules"],
        [
            "signing_in", "reading", "letters", "accessibility", "first_run", "settings", "searching",
            "hostile_fields", "attacks",
        ],
    ]

    @Test(arguments: lists)
    func peopleInBrowsers(_ files: [String]) async throws {
        try await Peer.browsers(files, program: RestanteProgram.executable)
    }

    @Test func everyFileIsInAList() throws {
        let folder = Repository.root + "/Tests/Browsers/tests"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".py") }
        #expect(files.sorted() == Self.lists.joined().map { $0 + ".py" }.sorted())
    }
}
