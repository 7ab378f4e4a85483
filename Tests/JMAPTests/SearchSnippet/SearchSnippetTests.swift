import JSON
import Synchronization
import Testing

/// RFC 8621 §5.
@Suite struct SearchSnippetTests {
    private static func mail(_ subject: String, _ body: String) -> String {
        "From: a@example.org\nSubject: \(subject)\nMessage-ID: <\(subject.utf8.count)@x>\n\n\(body)\n"
    }

    /// Subject and preview of the one email that holds `body`.
    private static func snippet(
        _ subject: String, _ body: String, _ filter: String
    ) async throws -> (subject: JSONValue, preview: JSONValue) {
        var found: (JSONValue, JSONValue) = (.null, .null)
        let answer = OnceBox()
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Self.mail(subject, body))
            let get = try await world.alice.call(
                "SearchSnippet/get", #"{"filter":\#(filter),"emailIds":["\#(id)"]}"#)
            #expect(get["list"][0]["emailId"].string == id)
            #expect(get["notFound"] == .null)
            answer.value = get["list"][0]
        }
        found = (answer.value["subject"], answer.value["preview"])
        return found
    }

    private final class OnceBox: Sendable {
        private let box = Mutex<JSONValue>(.null)
        var value: JSONValue {
            get { box.withLock { $0 } }
            set { box.withLock { $0 = newValue } }
        }
    }

    @Test func marksWordsInSubjectAndBody() async throws {
        let found = try await Self.snippet(
            "Budget & plans", "Here is the <b>budget</b> for BUDGETS & more.", #"{"text":"budget"}"#)
        #expect(found.subject == "<mark>Budget</mark> &amp; plans")
        #expect(found.preview == "Here is the &lt;b&gt;<mark>budget</mark>&lt;/b&gt; for BUDGETS &amp; more.")
    }

    @Test func marksPrefixesPhrasesAndAccents() async throws {
        let found = try await Self.snippet(
            "x", "Ein Café in München, the quick brown fox", #"{"body":"cafe munch* \"quick brown\""}"#)
        #expect(found.subject == .null)
        #expect(
            found.preview == "Ein <mark>Café</mark> in <mark>München</mark>, the <mark>quick brown</mark> fox")
    }

    @Test func whatIsNotLookedForThereIsNull() async throws {
        let found = try await Self.snippet("budget", "budget", #"{"from":"budget"}"#)
        #expect(found.subject == .null)
        #expect(found.preview == .null)
        let negative = try await Self.snippet(
            "budget", "budget", #"{"operator":"NOT","conditions":[{"text":"budget"}]}"#)
        #expect(negative.subject == .null)
        let none = try await Self.snippet("budget", "budget", "null")
        #expect(none.preview == .null)
    }

    @Test func excerptsAreShortAndAroundTheFirstMatch() async throws {
        let body = String(repeating: "before & ", count: 200) + "needle " + String(repeating: "after < ", count: 200)
        let preview = try await Self.snippet("x", body, #"{"text":"needle"}"#).preview.string ?? ""
        #expect(preview.utf8.count <= 255)
        #expect(preview.contains("<mark>needle</mark>"))
        #expect(preview.contains("before &amp;"))
        #expect(preview.contains("after &lt;"))
    }

    @Test func saysWhichEmailsAreNotThere() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.plain(1))
            let get = try await world.alice.call(
                "SearchSnippet/get", #"{"filter":{"text":"a"},"emailIds":["e999","\#(id)","nonsense","\#(id)"]}"#)
            #expect(get["list"].array?.count == 1)
            #expect(get["notFound"].strings == ["e999", "nonsense"])
            #expect(try await world.alice.error("SearchSnippet/get", #"{"filter":null}"#) == "invalidArguments")
            let bad = #"{"filter":{"x":1},"emailIds":[]}"#
            #expect(try await world.alice.error("SearchSnippet/get", bad) == "invalidArguments")
        }
    }
}
