import Foundation
import TestSupport
import Testing

/// What people do with the web client, in Debian's Chromium and in its Firefox ESR (docs/web-client.md).
@Suite struct BrowserTests {
    /// Files of one line share a daemon, a person and the browsers, whose beginnings cost more than most tests.
    @Test(arguments: [
        ["signing_in", "reading", "letters", "accessibility"],
        ["triage", "in_step", "writing", "offline"],
        ["first_run", "settings", "searching", "hostile_fields", "attacks", "rules"],
    ])
    func peopleInBrowsers(_ files: [String]) async throws {
        try await Peer.browsers(files, program: RestanteProgram.executable)
    }
}
