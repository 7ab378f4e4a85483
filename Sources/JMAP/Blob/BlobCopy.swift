import JSON
import MailModel
import MailStore

extension Method {
    /// RFC 8620 §6.3. A user has one account: a blob that is copied within it is there already, under the same id.
    static let blobCopy = Method(
        "Blob/copy", .core,
        .read { call, reader in
            try call.takeAccountID()
            let source = try call.arguments.takeString("fromAccountId")
            let texts = try call.arguments.takeStrings("blobIds")
            try call.arguments.end()
            guard source == call.principal.account.description else { throw MethodError(.fromAccountNotFound) }
            guard texts.count <= call.limits.objectsInSet else {
                throw MethodError(.requestTooLarge, "\(texts.count) blobs are more than \(call.limits.objectsInSet).")
            }
            let found = try Set(texts.filter { try BlobID($0).map(reader.hasBlob) ?? false })
            try write(texts, found, &call)
        })

    private static func write(_ texts: [String], _ found: Set<String>, _ call: inout MethodCall) throws {
        var seen: Set<String> = []
        var copied: [(String, [UInt8])] = []
        var notCopied: [(String, [UInt8])] = []
        for text in texts where seen.insert(text).inserted {
            var writer = JSONWriter()
            if found.contains(text) {
                writer.value(text)
                copied.append((text, writer.bytes))
            } else {
                SetError.notFound("blob").write(&writer)
                notCopied.append((text, writer.bytes))
            }
        }
        call.writer.beginObject()
        call.writer.key("fromAccountId")
        call.writer.value(call.principal.account)
        call.writeAccountID()
        call.writer.key("copied")
        call.writer.value(map: copied)
        call.writer.key("notCopied")
        call.writer.value(map: notCopied)
        call.writer.endObject()
    }
}
