import Foundation
import TestSupport
import Testing

/// What people do with the web client, in Debian's Chromium and in its Firefox ESR (docs/web-client.md).
@Suite struct BrowserTests {
    @Test(arguments: [
        "signing_in", "first_run", "reading", "searching", "writing", "triage", "in_step", "accessibility", "attacks",
        "hostile_fields", "settings", "offline",
    ])
    func peopleInBrowsers(_ file: String) async throws {
        try await Peer.browsers(file, program: RestanteProgram.executable)
    }
}
