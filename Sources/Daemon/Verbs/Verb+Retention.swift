import JSON
import MailModel
import MailStore

extension Verb {
    /// What a retention would delete at the next poll: the maildrop's own, or one that is only thought of.
    static let retention = Verb(name: "maildrop.preview") { context, arguments in
        let user = try await context.user(arguments)
        let (account, maildrop) = try await context.maildrop(arguments, of: user)
        var settings = maildrop.settings
        try applyRetention(arguments, to: &settings)
        let wanted = settings.retention
        let preview = try await account.read { try $0.previewRetention(of: maildrop.id, wanted) }
        return .object([
            "name": .string(settings.name), "retention": describe(wanted), "held": describe(preview.held),
            "due": describe(preview.due), "byAge": describe(preview.byAge),
            "destroyed": describe(preview.destroyed), "keptUnread": describe(preview.unread),
            "keptSmall": describe(preview.small), "unchecked": describe(preview.unchecked),
        ])
    }

    /// What the arguments say of when messages are deleted upstream.
    static func applyRetention(_ arguments: Arguments, to settings: inout MaildropSettings) throws(CommandError) {
        if let word = try arguments.optionalText("delete") {
            settings.retention.deleteAfter = try deleteAfter(word)
        }
        if let flag = try arguments.flag("deleteDestroyed") { settings.retention.deleteDestroyed = flag }
        if let flag = try arguments.flag("keepUnread") { settings.retention.keepUnread = flag }
        if let size = try arguments.integer("largerThan") { settings.retention.largerThan = size == 0 ? nil : size }
        if let word = try arguments.optionalText("vanished") {
            guard let vanished = VanishedMail(rawValue: word) else {
                throw CommandError(.usage, "vanished is keep or trash, not \(word).")
            }
            settings.vanished = vanished
        }
    }

    private static func deleteAfter(_ word: String) throws(CommandError) -> Int? {
        switch word {
        case "never": return nil
        case "stored": return 0
        default:
            guard word.hasSuffix("d"), let days = Int(word.dropLast()), days >= 0 else {
                throw CommandError(.usage, "delete is never, stored, or days from receipt such as 30d, not \(word).")
            }
            return days
        }
    }

    static func describe(_ retention: Retention) -> JSONValue {
        .object([
            "description": .string(sentence(retention)), "deleteAfter": retention.deleteAfter.map { .integer($0) },
            "deleteDestroyed": .bool(retention.deleteDestroyed), "keepUnread": .bool(retention.keepUnread),
            "largerThan": retention.largerThan.map { .integer($0) },
        ])
    }

    /// A retention in words.
    private static func sentence(_ retention: Retention) -> String {
        guard !retention.keepsAll else { return "keep everything at the server" }
        var rules: [String] = []
        switch retention.deleteAfter {
        case nil: break
        case 0: rules.append("as soon as it is stored here")
        case let days?: rules.append("\(days) days after receipt")
        }
        if !rules.isEmpty, retention.keepUnread { rules[0] += " unless unread" }
        if retention.deleteDestroyed { rules.append("when destroyed on a device") }
        let size = retention.largerThan.map { ", if larger than \($0) octets" } ?? ""
        return "delete at the server " + rules.joined(separator: ", or ") + size
    }

    private static func describe(_ count: RetentionPreview.Count) -> JSONValue {
        .object([
            "description": .string("\(count.messages) messages, \(count.octets) octets"),
            "messages": .integer(count.messages), "octets": .integer(count.octets),
        ])
    }

    /// What happened to messages upstream: how many, and the last of them.
    static func describeDeletions(of maildrop: MaildropID, _ account: Account) async throws -> JSONValue {
        let (counts, latest) = try await account.read { reader in
            (try reader.deletionCounts(of: maildrop), try reader.deletions(of: maildrop, limit: 20))
        }
        let told = DeletionState.allCases.compactMap { state in counts[state].map { "\($0) \(state)" } }
        guard !told.isEmpty else { return .null }
        return .object([
            "description": .string(told.joined(separator: ", ")),
            "latest": .array(
                latest.map { deletion in
                    .object([
                        "uniqueId": .text(deletion.uniqueID), "octets": .integer(deletion.octets),
                        "reason": .string("\(deletion.reason)"), "state": .string("\(deletion.state)"),
                        "intendedAt": .text(deletion.intendedAt), "settledAt": .text(deletion.settledAt),
                        "note": .text(deletion.note),
                    ])
                }),
        ])
    }
}
