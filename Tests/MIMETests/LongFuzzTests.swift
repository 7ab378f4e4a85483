import MIME
import TestSupport
import Testing

/// As long as RESTANTE_FUZZ_SECONDS says: messages that grow from those that were read in ways not seen before.
@Suite(.enabled(if: FuzzRun.seconds != nil)) struct LongFuzzTests {
    /// Messages stay small: what is large on purpose is tested elsewhere.
    private static let mostOctets = 50_000

    @Test func mutatedMessagesNeitherCrashNorHangNorFill() async throws {
        var run = try FuzzRun("mime", seconds: FuzzRun.seconds ?? 0)
        var random = SeededGenerator(seed: SeededRandom.seed)
        let corpus = try Corpus.messages().map(\.octets) + Corpus.hostile().map(\.octets)
        while !run.isOver {
            let grown = Int.random(in: 0..<4, using: &random) > 0 ? run.kept.randomElement(using: &random) : nil
            var message = FuzzTests().mutate(grown ?? corpus.randomElement(using: &random) ?? [], &random)
            if Int.random(in: 0..<20, using: &random) == 0, let other = corpus.randomElement(using: &random) {
                message.insert(contentsOf: other, at: Int.random(in: 0...message.count, using: &random))
            }
            if message.count > Self.mostOctets { message.removeSubrange(Self.mostOctets...) }
            let tried = message
            try await run.try(tried) {
                parseAndCheck(tried)
                return Self.words(of: Sample(octets: tried))
            }
        }
        let peak = FuzzRun.peakMemory
        print(
            "\(run.rounds) messages, \(run.kept.count) of them new, seed \(SeededRandom.seed), \(peak / 1_000_000) MB")
        #expect(peak < FuzzRun.mostMemory)
    }

    /// What was seen in a message: its defects, what kinds of parts lie in what, and what its header has.
    private static func words(of sample: Sample) -> Set<String> {
        let (structure, summary) = (sample.structure, sample.summary)
        var words: Set<String> = ["defects \(structure.defects.union(summary.defects).rawValue)"]
        for part in structure.parts.prefix(30) {
            let kind = part.isMultipart ? "multipart" : part.isMessage ? "message" : part.isText ? "text" : "other"
            words.insert("\(kind) at \(min(part.section.count, 6)) of \(min(part.children.count, 4))")
            guard part.isText else { continue }
            let text = sample.text(part, limit: 1000)
            words.insert("text \(text.isEncodingProblem) \(text.isTruncated) \(part.charset?.prefix(12) ?? "none")")
        }
        let found: [Bool] = [
            summary.subject != nil, summary.from != nil, summary.sender != nil, summary.replyTo != nil,
            summary.to != nil, summary.cc != nil, summary.bcc != nil, summary.messageIDs != nil,
            summary.inReplyTo != nil, summary.references != nil, summary.sentAt != nil, summary.receivedAt != nil,
            summary.preview.isEmpty, summary.hasAttachment,
        ]
        words.insert("has " + found.map { $0 ? "1" : "0" }.joined())
        let choice = sample.choice
        words.insert(
            "lists \(min(choice.textBody.count, 4)) \(min(choice.htmlBody.count, 4)) \(min(choice.attachments.count, 4))"
        )
        return words
    }
}
