import JSON
import MailModel
import MailStore

extension Method {
    /// Ours: what a retention would delete at the next poll, of messages as last listed: the maildrop's own, or one that is
    /// only thought of.
    static let maildropRetentionPreview = Method(
        "MaildropRetention/preview", .maildrop,
        .read { call, reader in
            try call.takeAccountID()
            let text = try call.arguments.takeString("maildropId")
            let wanted = call.arguments.take("retention")
            try call.arguments.end()
            guard let maildrop = try MaildropID(text).flatMap({ try reader.maildrop($0) }) else {
                throw MethodError.invalidArguments("There is no such maildrop.")
            }
            let retention = try wanted.map { try Retention(argument: $0) } ?? maildrop.settings.retention
            let preview = try reader.previewRetention(of: maildrop.id, retention)
            call.writer.beginObject()
            call.writeAccountID()
            call.writer.key("maildropId")
            call.writer.value(maildrop.id)
            call.writer.key("retention")
            retention.write(&call.writer)
            preview.write(&call.writer)
            call.writer.endObject()
        })
}

extension Retention {
    fileprivate init(argument: JSONValue) throws {
        do {
            try self.init(argument)
            try MaildropRules.retention(self)
        } catch let error as SetError {
            throw MethodError.invalidArguments(error.description)
        } catch let error as MailStoreError {
            throw MethodError.invalidArguments(error.message)
        }
    }
}

extension RetentionPreview {
    fileprivate func write(_ writer: inout JSONWriter) {
        let counts: [(StaticString, Count)] = [
            ("held", held), ("due", due), ("byAge", byAge), ("destroyed", destroyed), ("keptUnread", unread),
            ("keptSmall", small), ("unchecked", unchecked),
        ]
        for (name, count) in counts {
            writer.key(name)
            writer.beginObject()
            writer.key("messages")
            writer.value(count.messages)
            writer.key("octets")
            writer.value(count.octets)
            writer.endObject()
        }
    }
}
