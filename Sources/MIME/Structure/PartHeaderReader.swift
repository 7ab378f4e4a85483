import MailModel

/// Picks from a part's header what the structure needs (RFC 2045 §5 to §7, RFC 2183, RFC 3282, RFC 2557). The first field
/// of a name counts.
struct PartHeaderReader {
    private let limits: Limits.MIME
    private(set) var defects: Defects = []
    private var fieldCount = 0
    private var contentType: Range<Int>?
    private var transferEncoding: Range<Int>?
    private var disposition: Range<Int>?
    private var contentID: Range<Int>?
    private var language: Range<Int>?
    private var location: Range<Int>?
    /// A multipart's boundary.
    private(set) var boundary: [UInt8]?

    init(limits: Limits.MIME) { self.limits = limits }

    mutating func read(_ field: HeaderField, _ bytes: UnsafeRawBufferPointer) {
        guard fieldCount < limits.headerFields else {
            defects.insert(.tooManyHeaderFields)
            return
        }
        fieldCount += 1
        guard field.name.count > 8, bytes.spells("content-", in: field.name.lowerBound..<field.name.lowerBound + 8)
        else { return }
        let rest = field.name.lowerBound + 8..<field.name.upperBound
        func keep(_ known: inout Range<Int>?) { known = known ?? field.value }
        if bytes.spells("type", in: rest) {
            keep(&contentType)
        } else if bytes.spells("transfer-encoding", in: rest) {
            keep(&transferEncoding)
        } else if bytes.spells("disposition", in: rest) {
            keep(&disposition)
        } else if bytes.spells("id", in: rest) {
            keep(&contentID)
        } else if bytes.spells("language", in: rest) {
            keep(&language)
        } else if bytes.spells("location", in: rest) {
            keep(&location)
        }
    }

    /// What the fields read so far say; the body is empty yet, at the end of `headerRange`.
    mutating func part(headerRange: Range<Int>, bytes: UnsafeRawBufferPointer, isInDigest: Bool) -> Part {
        var part = Part(headerRange: headerRange, bodyRange: headerRange.upperBound..<headerRange.upperBound)
        let typeName = readContentType(&part, bytes, isInDigest: isInDigest)
        if let disposition {
            let value = parameters(bytes, disposition)
            part.disposition = value.token.isEmpty ? "attachment" : value.token
            part.fileName = value.text("filename")
        }
        part.fileName = part.fileName ?? typeName
        if let transferEncoding { part.transferEncoding = TransferEncoding(bytes.slice(transferEncoding)) }
        if part.isMultipart, part.transferEncoding == .base64 || part.transferEncoding == .quotedPrintable {
            defects.insert(.encodedMultipart)
        }
        if part.transferEncoding == .unknown { defects.insert(.unknownTransferEncoding) }
        if let contentID { part.contentID = Self.contentID(bytes.slice(contentID)) }
        if let language { part.languages = Self.languages(bytes.slice(language)) }
        if let location { part.location = Self.location(bytes.slice(location)) }
        return part
    }

    private mutating func parameters(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> ParameterizedValue {
        let value = ParameterizedValue(bytes.slice(range), limit: limits.parameters)
        if value.isOverLimit { defects.insert(.tooManyParameters) }
        return value
    }

    /// Sets type, subtype, charset and `boundary`; returns the name parameter.
    private mutating func readContentType(
        _ part: inout Part, _ bytes: UnsafeRawBufferPointer, isInDigest: Bool
    ) -> String? {
        guard let contentType else {
            if isInDigest { (part.type, part.subtype) = ("message", "rfc822") }
            return nil
        }
        let value = parameters(bytes, contentType)
        if let slash = value.token.utf8.firstIndex(of: ASCII.slash), slash > value.token.startIndex,
            value.token.utf8.index(after: slash) < value.token.endIndex
        {
            part.type = String(value.token[..<slash])
            part.subtype = String(value.token[value.token.utf8.index(after: slash)...])
        } else {
            defects.insert(.badContentType)
        }
        if part.isMultipart, var found = value.plain("boundary") {
            while let last = found.last, ASCII.isWhiteSpace(last) { found.removeLast() }
            boundary = found
        }
        part.charset = part.isText ? value.text("charset") ?? "us-ascii" : nil
        return value.text("name")
    }

    private static func contentID(_ value: UnsafeRawBufferPointer) -> String? {
        if let id = messageIDs(value)?.first { return id }
        let bare = value.trimmed(0..<value.count)
        return bare.isEmpty ? nil : plainText(value.slice(bare))
    }

    private static func languages(_ value: UnsafeRawBufferPointer) -> [String]? {
        var tags: [String] = []
        var scanner = TokenScanner(value)
        while tags.count < 100 {
            scanner.skipCFWS()
            guard !scanner.isAtEnd else { break }
            let range = scanner.scan(until: {
                $0 == ASCII.comma || $0 == ASCII.openParenthesis || ASCII.isWhiteSpace($0) || $0 == ASCII.nul
            })
            if !range.isEmpty { tags.append(plainText(value.slice(range))) }
            if scanner.current == ASCII.comma { scanner.position += 1 }
        }
        return tags.isEmpty ? nil : tags
    }

    /// A URI is folded by white space that is not part of it (RFC 2557 §4.4.2).
    private static func location(_ value: UnsafeRawBufferPointer) -> String? {
        let octets = value.filter { !ASCII.isWhiteSpace($0) && $0 != ASCII.nul }
        return octets.isEmpty ? nil : octets.withUnsafeBytes { plainText($0) }
    }
}
