import JSON
import MIME
import MailModel
import MailStore

extension Method {
    /// RFC 8621 §4.9: what a blob would be as an email, attached messages above all. Nothing is stored.
    static let emailParse = Method(
        "Email/parse", .mail,
        .read { call, reader in
            try call.takeAccountID()
            let texts = try call.arguments.takeStrings("blobIds")
            let selection = try EmailSelection(parsing: &call.arguments)
            try call.check(selection)
            try call.arguments.end()
            try RequestedIDs<EmailID>.check(texts.count, call.limits)
            try EmailParsing(selection: selection, reader: reader).run(call.createdIDs.resolveAll(texts), &call)
        })
}

private struct EmailParsing {
    let selection: EmailSelection
    let reader: AccountReader

    func run(_ texts: [String], _ call: inout MethodCall) throws {
        var parsed: [(String, [UInt8])] = []
        var notParsable: [String] = []
        var notFound: [String] = []
        var room = call.writer.limit
        for text in texts {
            switch try parse(text, room) {
            case .notFound: notFound.append(text)
            case .notParsable: notParsable.append(text)
            case .parsed(let octets):
                room -= octets.count
                parsed.append((text, octets))
            }
        }
        call.writer.beginObject()
        call.writeAccountID()
        call.writer.key("parsed")
        call.writer.value(map: parsed)
        call.writer.key("notParsable")
        call.writer.value(optional: notParsable.isEmpty ? nil : notParsable)
        call.writer.key("notFound")
        call.writer.value(optional: notFound.isEmpty ? nil : notFound)
        call.writer.endObject()
    }

    private enum Outcome {
        case parsed([UInt8])
        case notParsable, notFound
    }

    private func parse(_ text: String, _ room: Int) throws -> Outcome {
        guard let id = BlobID(text) else { return .notFound }
        let outcome = try reader.withOctets(id) { octets -> Outcome in
            let structure = MessageStructure.parse(octets)
            let summary = MessageSummary.summarise(structure, octets)
            guard summary.isOfAMessage else { return .notParsable }
            let message = EmailMessage(
                blobID: id, size: octets.count, summary: summary, structure: structure, octets: octets)
            var writer = JSONWriter(limit: max(0, room))
            EmailWriter(email: nil, message: message, selection: selection).write(&writer)
            guard !writer.isOverLimit else {
                throw MethodError(.requestTooLarge, "The response would be too large; ask for less.")
            }
            return .parsed(writer.bytes)
        }
        return outcome ?? .notFound
    }
}

extension JSONWriter {
    /// A map of texts to whole JSON values; null when it is empty.
    mutating func value(map entries: [(String, [UInt8])]) {
        guard !entries.isEmpty else { return null() }
        beginObject()
        for (key, octets) in entries {
            self.key(text: key)
            value(json: octets)
        }
        endObject()
    }
}
