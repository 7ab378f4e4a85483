import Foundation
import MIME
import MailModel
import Testing

/// The messages of Tests/Corpus/mime, each with what is expected of it beside it.
struct Corpus: CustomTestStringConvertible {
    let name: String
    let octets: [UInt8]
    let expected: String

    var testDescription: String { name }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Corpus/mime")

    static func messages() throws -> [Corpus] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path()).filter { $0.hasSuffix(".eml") }.sorted().map
        { file in
            let text = try? String(contentsOf: folder.appending(path: file.dropLast(4) + ".txt"), encoding: .utf8)
            return Corpus(
                name: file, octets: Array(try Data(contentsOf: folder.appending(path: file))), expected: text ?? "")
        }
    }
}

extension Corpus {
    /// Messages of which only what must hold of every message is expected.
    static func hostile() throws -> [Corpus] {
        let folder = folder.appending(path: "hostile")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path()).filter { $0.hasSuffix(".eml") }
            .sorted()
            .map { file in
                Corpus(name: file, octets: Array(try Data(contentsOf: folder.appending(path: file))), expected: "")
            }
    }
}

@Suite struct CorpusTests {
    @Test(arguments: try Corpus.messages()) func isReadAsExpected(_ message: Corpus) {
        let found = describe(Sample(octets: message.octets))
        #expect(found == message.expected)
    }

    @Test(arguments: try Corpus.messages() + Corpus.hostile()) func holdsWhatMustHoldOfEveryMessage(_ message: Corpus) {
        parseAndCheck(message.octets)
    }
}

/// Everything that is read of a message, as text to compare.
private func describe(_ sample: Sample) -> String {
    var lines: [String] = []
    func add(_ name: String, _ value: String?) { if let value { lines.append("\(name): \(value)") } }
    func add(_ name: String, _ list: [Address]?) {
        add(name, list?.map { ($0.name.map { "\"\($0)\" " } ?? "") + "<\($0.email)>" }.joined(separator: ", "))
    }
    let summary = sample.summary
    add("subject", summary.subject)
    add("from", summary.from)
    add("sender", summary.sender)
    add("reply-to", summary.replyTo)
    add("to", summary.to)
    add("cc", summary.cc)
    add("bcc", summary.bcc)
    add("message-id", summary.messageIDs?.joined(separator: " "))
    add("in-reply-to", summary.inReplyTo?.joined(separator: " "))
    add("references", summary.references?.joined(separator: " "))
    add("sent", summary.sentAt?.description)
    add("received", summary.receivedAt?.description)
    add("preview", summary.preview)
    add("attachment", summary.hasAttachment ? "yes" : "no")
    lines.append("defects: \(sample.structure.defects.union(summary.defects).rawValue)")
    for part in sample.structure.parts { lines.append(describe(part, sample)) }
    let choice = sample.choice
    for (name, parts) in [("text", choice.textBody), ("html", choice.htmlBody), ("attachments", choice.attachments)] {
        lines.append(
            "\(name): " + parts.map { $0.section.map(String.init).joined(separator: ".") }.joined(separator: " "))
    }
    return lines.joined(separator: "\n") + "\n"
}

private func describe(_ part: Part, _ sample: Sample) -> String {
    var line = "part " + part.section.map(String.init).joined(separator: ".") + " " + part.mediaType
    line += " \(part.bodyRange.lowerBound)..<\(part.bodyRange.upperBound) \(part.decodedSize)"
    for (name, value) in [
        ("charset", part.charset), ("disposition", part.disposition), ("name", part.fileName), ("cid", part.contentID),
        ("language", part.languages?.joined(separator: ",")), ("location", part.location),
    ] {
        if let value { line += " \(name)=\(value)" }
    }
    guard part.isText else { return line }
    let text = sample.text(part, limit: 200)
    line += text.isEncodingProblem ? " problem" : ""
    return line + "\n    " + text.value.replacing("\n", with: "\n    ")
}
