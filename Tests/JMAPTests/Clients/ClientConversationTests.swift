import Foundation
import JSON
import MailModel
import TestSupport
import Testing

/// What clients ask in a row, from Tests/Corpus/jmap.
@Suite struct ClientConversationTests {
    @Test(arguments: ["aerc", "meli"])
    func isAnsweredAsTheClientExpects(name: String) async throws {
        let text = try String(contentsOfFile: Repository.corpus("jmap/\(name).transcript"), encoding: .utf8)
        try await World.with { world async throws in
            for number in 0..<3 {
                try await world.alice.deliver(Sample.plain(number), at: World.now.adding(seconds: Int64(number)))
            }
            for (number, id) in [(10, "<x1@x>"), (11, "<x2@x>")] {
                let reply = number == 11 ? "In-Reply-To: <x1@x>\n" : ""
                try await world.alice.deliver(
                    "From: a@x.example\nSubject: A thread\nMessage-ID: \(id)\n\(reply)\nText\n",
                    at: World.now.adding(seconds: Int64(number)))
            }
            var conversation = Conversation(world.alice)
            conversation.names["$INBOX"] = try await world.alice.mailbox("inbox")
            conversation.names["$ARCHIVE"] = try await world.alice.mailbox("archive")
            for (number, line) in text.split(separator: "\n").enumerated() where !line.hasPrefix("#") {
                try await conversation.go(on: String(line), "\(name): \(number + 1)")
            }
            #expect(conversation.expectations > 10)
        }
    }

    private struct Conversation {
        let client: Client
        var names: [String: String] = [:]
        private var response: JSONValue = .null
        private(set) var expectations = 0

        init(_ client: Client) { self.client = client }

        mutating func go(on line: String, _ place: String) async throws {
            let own = name(of: line)
            let text = names.filter { $0.key != own }.sorted { $0.key.count > $1.key.count }
                .reduce(line) { $0.replacing($1.key, with: $1.value) }
            if text.hasPrefix("C: ") {
                response = try await client.request(String(text.dropFirst(3)))
            } else if text.hasPrefix("S: ") {
                let fields = text.dropFirst(3).split(separator: " ", maxSplits: 1)
                try expect(String(fields[0]), String(fields[1]), place)
            } else if let key = own, let value = try found(String(line.dropFirst(key.count + 3))).string {
                names[key] = value
            } else {
                Issue.record("\(place) is no line of a conversation, or there is nothing to keep")
            }
        }

        private func name(of line: String) -> String? {
            line.hasPrefix("$") ? line.split(separator: " ").first.map(String.init) : nil
        }

        private mutating func expect(_ pointer: String, _ wanted: String, _ place: String) throws {
            expectations += 1
            let value = try found(pointer)
            if wanted == "*" {
                #expect(value != .null, "\(place)")
            } else {
                #expect(value == (try json(wanted)), "\(place)")
            }
        }

        /// What a pointer leads to; null when that is nothing.
        private func found(_ pointer: String) throws -> JSONValue {
            pointer.split(separator: "/").reduce(response) { value, step in
                if value.array != nil { return Int(step).map { value[$0] } ?? .null }
                return value[String(step)]
            }
        }
    }
}
