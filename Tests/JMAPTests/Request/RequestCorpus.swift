import JSON
import TestSupport

/// The requests of Tests/Corpus/jmap/requests: a line each, an array of method calls in which `$NAME`s stand for ids.
enum RequestCorpus {
    static func requests() throws -> [String] {
        try Repository.corpusFiles(in: "jmap/requests", suffix: ".jsonl").flatMap { file in
            String(decoding: try Repository.bytes(ofFile: file), as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }

    /// What the names stand for in a world in which an email was delivered.
    static func names(in world: World, email: String) async throws -> Names {
        Names(ids: [
            ("$A", world.alice.accountID), ("$E", email), ("$M", try await world.alice.mailbox("inbox")),
            ("$B", try await world.alice.upload(Sample.plain(2))),
            ("$S", try await world.alice.call("Email/get", #"{"ids":[]}"#)["state"].string ?? ""),
        ])
    }

    struct Names {
        let ids: [(name: String, id: String)]

        func filled(into request: String) -> String {
            ids.reduce(request) { $0.replacing("\"" + $1.name, with: "\"" + $1.id) }
        }

        /// The names again, where whole strings are what they stand for.
        func taken(outOf request: String) -> String {
            ids.reduce(request) { $0.replacing("\"" + $1.id + "\"", with: "\"" + $1.name + "\"") }
        }
    }

    /// A Request object under every capability.
    static func body(of calls: [JSONValue]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("using")
        writer.value(
            json: Array(
                #"["urn:ietf:params:jmap:core","urn:ietf:params:jmap:mail","urn:ietf:params:jmap:blob",\#(more)]"#.utf8)
        )
        writer.key("methodCalls")
        writer.value(.array(calls))
        writer.endObject()
        return writer.bytes
    }

    private static let more = #""urn:ietf:params:jmap:submission","https://restante.example/ns/jmap/maildrop""#
}
