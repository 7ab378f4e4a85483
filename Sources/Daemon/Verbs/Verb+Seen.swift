import Foundation
import JSON
import MailFiles
import MailModel
import MailStore

extension Verb {
    static let seen: [Verb] = [
        Verb(name: "maildrop.importSeen") { context, arguments in
            let user = try await context.user(arguments)
            let (account, maildrop) = try await context.maildrop(arguments, of: user)
            let memories = try SeenMemories(arguments.object["memories"])
            let memory = try memories.one(for: maildrop.settings, signIn: arguments.optionalText("signIn"))
            var added = 0
            var rest = memory.uniqueIDs[...]
            while !rest.isEmpty {
                let part = Array(rest.prefix(2_000))
                rest = rest.dropFirst(part.count)
                added += try await account.write { try $0.recordFetchedElsewhere(part, of: maildrop.id) }
            }
            return .object([
                "name": .string(maildrop.settings.name), "uniqueIds": .integer(memory.uniqueIDs.count),
                "added": .integer(added),
            ])
        }
    ]
}

/// What a client's file remembers, as it crosses the control socket.
struct SeenMemories: Sendable {
    let memories: [PollerMemory]

    init(memories: [PollerMemory]) { self.memories = memories }

    init(_ value: JSONValue?) throws(CommandError) {
        memories = (value?.array ?? []).map { row in
            PollerMemory(
                username: row["username"]?.string, host: row["host"]?.string,
                uniqueIDs: (row["uniqueIds"]?.array ?? []).compactMap { item in
                    item.string.flatMap { Data(base64Encoded: $0) }.flatMap { UniqueID(Array($0)) }
                })
        }
        if memories.isEmpty { throw CommandError(.usage, "memories is missing.") }
    }

    var json: JSONValue {
        .array(
            memories.map { memory in
                .object([
                    "username": .text(memory.username), "host": .text(memory.host),
                    "uniqueIds": .array(memory.uniqueIDs.map { .string(Data($0.bytes).base64EncodedString()) }),
                ])
            })
    }

    /// The memory of a maildrop's sign-in. Unique-ids mean something only there: a wrong one would leave mail unfetched.
    func one(for settings: MaildropSettings, signIn: String?) throws(CommandError) -> PollerMemory {
        if let signIn {
            guard let memory = memories.first(where: { $0.signIn == signIn }) else { throw refusal(signIn) }
            return memory
        }
        if let nameless = memories.first, memories.count == 1, nameless.host == nil { return nameless }
        let same = memories.filter {
            $0.username == settings.username && $0.host?.lowercased() == settings.host.lowercased()
        }
        guard let memory = same.first else { throw refusal("\(settings.username)@\(settings.host)") }
        return memory
    }

    private func refusal(_ wanted: String) -> CommandError {
        let there = memories.prefix(20).map(\.signIn).joined(separator: ", ")
        return CommandError(
            .data, "The file remembers nothing of \(wanted). Say which it is with --sign-in; there is: \(there).")
    }
}

extension PollerMemory {
    fileprivate var signIn: String { "\(username ?? "")@\(host ?? "")" }
}
