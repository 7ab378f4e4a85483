import JSON
import MailModel
import MailStore

extension Method {
    /// RFC 9404 §4.2: octets and digests of blobs, or of one stretch of each. Blobs never change: there is no state.
    static let blobGet = Method(
        "Blob/get", .blob,
        .read { call, reader in
            try call.takeAccountID()
            let texts = try call.arguments.takeStrings("ids")
            let selection = try BlobSelection(&call.arguments)
            try call.arguments.end()
            let ids = call.createdIDs.resolveAll(texts)
            try RequestedIDs<EmailID>.check(ids.count, call.limits)
            var budget = BlobReadingBudget(call.limits)
            var notFound: [String] = []
            call.writer.beginObject()
            call.writeAccountID()
            call.writer.key("list")
            call.writer.beginArray()
            for text in ids {
                guard !call.writer.isOverLimit else { return }
                let blob = try BlobID(text).flatMap { try selection.read($0, reader, &budget, call.writer.limit) }
                if let blob { try blob.write(text, selection, &call.writer) } else { notFound.append(text) }
            }
            call.writer.endArray()
            call.writer.key("notFound")
            call.writer.value(.array(notFound.map { .string($0) }))
            call.writer.endObject()
        })
}

/// What is asked of each blob.
private struct BlobSelection {
    enum Form { case text, base64, whicheverFits }

    var forms: [Form] = []
    var digests: [OctetDigest.Algorithm] = []
    var hasSize = false
    var range = BlobRange()

    init(_ arguments: inout Arguments) throws {
        for name in try arguments.takeOptionalStrings("properties") ?? ["data", "size"] { try add(name) }
        range.offset = try arguments.takeOptionalUnsigned("offset") ?? 0
        range.length = try arguments.takeOptionalUnsigned("length")
    }

    private mutating func add(_ name: String) throws {
        switch name {
        case "id", "isEncodingProblem", "isTruncated": break
        case "data": forms.append(.whicheverFits)
        case "data:asText": forms.append(.text)
        case "data:asBase64": forms.append(.base64)
        case "size": hasSize = true
        default:
            guard name.hasPrefix("digest:"), let digest = OctetDigest.Algorithm(rawValue: String(name.dropFirst(7)))
            else { throw MethodError.invalidArguments("There is no property \(name.quoted).") }
            if !digests.contains(digest) { digests.append(digest) }
        }
    }

    /// Nil when there is no such blob. No more is kept of its octets than `room`, what the answer may have.
    func read(
        _ id: BlobID, _ reader: AccountReader, _ budget: inout BlobReadingBudget, _ room: Int
    ) throws -> ReadBlob? {
        guard let whole = try reader.blobSize(id.whole) else { return nil }
        if forms.isEmpty, digests.isEmpty, id.section.isEmpty { return ReadBlob(size: whole) }
        guard budget.take(whole) else {
            throw MethodError(.requestTooLarge, "The blobs of this call have too many octets; ask for fewer.")
        }
        var (octets, hashes): ([UInt8], [OctetDigest]) = ([], digests.map { OctetDigest($0) })
        let size = try reader.lend(range, of: id) { piece in
            for index in hashes.indices { hashes[index].update(piece) }
            guard !forms.isEmpty else { return }
            guard piece.count <= room - octets.count else {
                throw MethodError(.requestTooLarge, "The response would be too large; ask for less.")
            }
            octets.append(contentsOf: piece)
        }
        return size.map { ReadBlob(size: $0, octets: octets, digests: hashes.map { $0.finish() }) }
    }
}

/// What was read of a blob.
private struct ReadBlob {
    /// Octets of the whole.
    let size: Int
    /// Those of the stretch.
    var octets: [UInt8] = []
    var digests: [[UInt8]] = []

    /// The stretch as JSON can have it; nil when it is not UTF-8, or has code points that I-JSON bars.
    private var text: String? {
        guard let text = String(validating: octets, as: UTF8.self) else { return nil }
        let isBarred = text.unicodeScalars.contains {
            $0.value & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains($0.value)
        }
        return isBarred ? nil : text
    }

    func write(_ id: String, _ selection: BlobSelection, _ writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.key("id")
        writer.value(id)
        writeData(selection.forms, &writer)
        for (algorithm, digest) in zip(selection.digests, digests) {
            writer.key(text: "digest:" + algorithm.rawValue)
            writer.value(Base64Text.encode(digest))
        }
        if !selection.range.fits(size) {
            writer.key("isTruncated")
            writer.value(true)
        }
        if selection.hasSize {
            writer.key("size")
            writer.value(size)
        }
        writer.endObject()
    }

    private func writeData(_ forms: [BlobSelection.Form], _ writer: inout JSONWriter) {
        guard !forms.isEmpty else { return }
        let wantsText = forms.contains(.text) || forms.contains(.whicheverFits)
        let text = wantsText ? text : nil
        if text != nil || forms.contains(.text) {
            writer.key("data:asText")
            writer.value(optional: text)
        }
        if forms.contains(.base64) || forms.contains(.whicheverFits) && text == nil {
            writer.key("data:asBase64")
            writer.value(Base64Text.encode(octets))
        }
        if wantsText, text == nil {
            writer.key("isEncodingProblem")
            writer.value(true)
        }
    }
}
