import JSON
import MIME
import MailModel
import MailStore

extension Method {
    /// RFC 8621 §5.1: where in an email the words of a filter stand.
    static let searchSnippetGet = Method(
        "SearchSnippet/get", .mail,
        .read { call, reader in
            try call.takeAccountID()
            let filter = try call.emailFilter(call.arguments.takeOptionalObject("filter"))
            let texts = try call.arguments.takeStrings("emailIds")
            try call.arguments.end()
            try RequestedIDs<EmailID>.check(texts.count, call.limits)
            let words = SnippetWords(filter)
            var seen: Set<String> = []
            let asked = texts.filter { seen.insert($0).inserted }
            let emails = try reader.emails(asked.compactMap { EmailID($0) })
            let found = Set(emails.map(\.id.description))
            call.writer.beginObject()
            call.writeAccountID()
            call.writer.key("list")
            call.writer.beginArray()
            for email in emails where !call.writer.isOverLimit { try write(email, words, reader, &call.writer) }
            call.writer.endArray()
            call.writer.key("notFound")
            let missing = asked.filter { !found.contains($0) }
            call.writer.value(optional: missing.isEmpty ? nil : missing)
            call.writer.endObject()
        })

    private static func write(
        _ email: Email, _ words: SnippetWords, _ reader: AccountReader, _ writer: inout JSONWriter
    ) throws {
        writer.beginObject()
        writer.key("emailId")
        writer.value(email.id)
        writer.key("subject")
        writer.value(optional: email.summary.subject.flatMap { Snippet.whole($0, words.subject) })
        writer.key("preview")
        writer.value(optional: try text(of: email, words, reader).flatMap { Snippet.excerpt($0, words.body) })
        writer.endObject()
    }

    /// The text of an email's body as it was indexed; not read when nothing is looked for in it.
    private static func text(
        of email: Email, _ words: SnippetWords, _ reader: AccountReader
    ) throws -> String? {
        guard !words.body.isEmpty, let structure = try reader.structure(of: email.id) else { return nil }
        return try reader.withBlob(email.blobID) { octets in structure.searchText(email.summary, octets).body }
    }
}

/// The words of a filter that may stand in a subject and in a body. What must not be there is none of them.
private struct SnippetWords {
    private(set) var subject = SearchTerms()
    private(set) var body = SearchTerms()

    init(_ filter: EmailFilter?) { if let filter { add(filter) } }

    private mutating func add(_ filter: EmailFilter) {
        switch filter {
        case .condition(let condition):
            for text in [condition.text, condition.subject].compactMap({ $0 }) { subject.add(text) }
            for text in [condition.text, condition.body].compactMap({ $0 }) { body.add(text) }
        case .all(let filters), .any(let filters): for filter in filters { add(filter) }
        case .noneOf: break
        }
    }
}
