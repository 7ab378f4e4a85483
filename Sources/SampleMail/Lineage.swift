/// What of a message others of its conversation refer to: cheap to draw for any index, in any order.
struct Lineage {
    let messageID: String
    /// The message that this one answers; nil begins a conversation.
    let parent: Int?
    private let topicSeed: UInt64

    /// About a third of the messages answer one of the 200 before them.
    init(seed: UInt64, index: Int) {
        var generator = SeededGenerator(seed: seed, index: index, purpose: .lineage)
        messageID = "<\(String(generator.next() >> 16, radix: 16)).\(index)@example.org>"
        parent = index > 0 && generator.chance(0.35) ? index - 1 - generator.below(min(index, 200)) : nil
        topicSeed = generator.next()
    }

    /// A conversation's subject, language, and the mailing list that it runs on (one in ten).
    var topic: Topic {
        var generator = SeededGenerator(seed: topicSeed)
        let language = Language.drawn(by: &generator)
        let subject = (0..<(2 + generator.below(6))).map { _ in generator.pick(language.words) }
        let list = generator.chance(0.1) ? generator.pick(["garden", "choir", "parents", "bicycles", "announce"]) : nil
        return Topic(subject: subject.joined(separator: " "), language: language, list: list)
    }

    struct Topic {
        let subject: String
        let language: Language
        let list: String?
    }

    /// The message-ids from the conversation's first message to the parent of message `index`, and its topic.
    static func ancestry(seed: UInt64, of lineage: Lineage) -> (ids: [String], topic: Topic) {
        var ids: [String] = []
        var current = lineage
        while let parent = current.parent {
            current = Lineage(seed: seed, index: parent)
            ids.append(current.messageID)
        }
        return (ids.reversed(), current.topic)
    }
}
