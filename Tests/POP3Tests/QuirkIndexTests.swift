import Foundation
import Testing

/// Every quirk that the source names has its transcript.
@Suite struct QuirkIndexTests {
    private static let root = Transcript.folder.deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func sources() throws -> [(name: String, text: String)] {
        try ["POP3", "MailSync"].flatMap { module in
            let folder = Self.root.appending(path: "Sources/\(module)")
            let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
            return try files.filter { $0.hasSuffix(".swift") }.map {
                ($0, try String(contentsOf: folder.appending(path: $0), encoding: .utf8))
            }
        }
    }

    @Test func transcriptsThatTheSourceNamesAreThere() throws {
        var named = 0
        let existing = Set(Transcript.all(in: "client").map(\.name))
        for (name, text) in try sources() {
            for match in text.matches(of: #/Tests/Corpus/pop3/client/([a-z0-9*-]+\.transcript)/#) {
                named += 1
                let file = String(match.output.1)
                let isThere =
                    file.contains("*")
                    ? existing.contains { $0.hasPrefix(file.prefix { $0 != "*" }) } : existing.contains(file)
                #expect(isThere, "\(name) names \(file)")
            }
        }
        #expect(named >= 10)
    }

    @Test func transcriptsThatTheListOfOddServersNamesAreThere() throws {
        let list = try String(contentsOf: Transcript.folder.appending(path: "README.md"), encoding: .utf8)
        let existing = Transcript.all(in: "client").map(\.name)
        var named = 0
        for match in list.matches(of: #/`client/([a-z0-9-]+)(\*?)`/#) {
            named += 1
            let name = String(match.output.1)
            let isThere =
                match.output.2.isEmpty
                ? existing.contains(name + ".transcript") : existing.contains { $0.hasPrefix(name) }
            #expect(isThere, "the list names \(name)")
        }
        #expect(named >= 40)
    }
}
