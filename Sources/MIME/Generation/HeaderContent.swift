public import MailModel

/// What a header field that is written is to say, in one of the forms of RFC 8621 §4.1.2.
public enum HeaderContent: Hashable, Sendable {
    /// Written as it is, from the octet after the colon on: its folding and encoding are the caller's.
    case raw(String)
    case text(String)
    case addresses([Address])
    case groupedAddresses([AddressGroup])
    case messageIDs([String])
    case date(MessageDate)
    case urls([String])
}

/// A header field to be written.
public struct OutgoingField: Hashable, Sendable {
    public var name: String
    public var content: HeaderContent

    public init(_ name: String, _ content: HeaderContent) {
        self.name = name
        self.content = content
    }

    /// The field as it stands in a message, with the CRLF at its end: folded so that lines stay within 76 characters where
    /// white space allows it.
    /// - Throws: when reading the field would not give back what it is to say: there is no such name, or there is an
    ///   address, an id or a character that no field can carry.
    public func octets() throws(OutgoingFieldError) -> [UInt8] {
        guard !name.isEmpty, name.utf8.count <= 76,
            name.utf8.allSatisfy({ (33...126).contains($0) && $0 != ASCII.colon })
        else { throw OutgoingFieldError(name, "is no name of a field") }
        let octets: [UInt8]
        if case .raw(let text) = content {
            octets = Array((name + ":" + text + "\r\n").utf8)
            guard Self.isWellFolded(text) else { throw OutgoingFieldError(name, "is not folded ASCII text") }
        } else {
            var line = FoldedLine(name)
            for token in tokens() { line.append(token) }
            octets = line.finish()
        }
        guard octets.split(separator: ASCII.lf).allSatisfy({ $0.count <= 999 }) else {
            throw OutgoingFieldError(name, "has a word that is too long for a line")
        }
        try check(octets)
        return octets
    }

    private func tokens() -> [String] {
        switch content {
        case .raw: []
        case .text(let text): TextWriter.tokens(text)
        case .addresses(let addresses): AddressWriter.tokens(addresses)
        case .groupedAddresses(let groups): AddressWriter.tokens(groups)
        case .messageIDs(let ids): ids.map { "<\($0)>" }
        case .date(let date): date.headerTokens
        case .urls(let urls): urls.enumerated().map { "<\($1)>" + ($0 == urls.count - 1 ? "" : ",") }
        }
    }

    /// Printable ASCII in lines of at most 998 octets; a line after the first begins with white space and has more than
    /// that.
    private static func isWellFolded(_ text: String) -> Bool {
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        return lines.enumerated().allSatisfy { index, line in
            line.utf8.count <= 900
                && line.utf8.allSatisfy { (32...126).contains($0) || $0 == ASCII.tab }
                && (index == 0
                    || line.utf8.first.map(ASCII.isWhiteSpace) ?? false && !line.utf8.allSatisfy(ASCII.isWhiteSpace))
        }
    }

    // MARK: Reading back

    private func check(_ octets: [UInt8]) throws(OutgoingFieldError) {
        let isRight = octets.withUnsafeBytes { bytes in
            let fields = HeaderFields(bytes, in: 0..<bytes.count).fields
            guard fields.count == 1, let field = fields.first, field.isNamed(name, in: bytes),
                field.value.upperBound + 2 == bytes.count
            else { return false }
            return says(field, bytes)
        }
        guard isRight else { throw OutgoingFieldError(name, "cannot say this") }
    }

    private func says(_ field: HeaderField, _ bytes: UnsafeRawBufferPointer) -> Bool {
        switch content {
        case .raw(let text): return field.raw(in: bytes) == text
        case .text(let text): return field.text(in: bytes) == text.inNormalizationFormC
        case .addresses(let addresses):
            return field.addresses(in: bytes) == addresses.map(AddressWriter.normalised)
        case .groupedAddresses(let groups):
            return field.groupedAddresses(in: bytes) == groups.map(AddressWriter.normalised)
        case .messageIDs(let ids): return field.messageIDs(in: bytes) ?? [] == ids
        case .date(let date):
            let read = field.date(in: bytes)
            return read?.timestamp.seconds == date.timestamp.seconds && read?.offsetMinutes == date.offsetMinutes
        case .urls(let urls): return field.urls(in: bytes) ?? [] == urls
        }
    }
}

/// Why a field cannot be written.
public struct OutgoingFieldError: Error, Hashable, Sendable {
    public let field: String
    public let message: String

    init(_ field: String, _ why: String) {
        self.field = field
        message = "The field \(field.prefix(80)) \(why)."
    }
}

/// A field's line while tokens are put into it, a space or a fold between each two (RFC 5322 §2.2.3).
struct FoldedLine {
    private static let width = 76
    private var text: String
    private var column: Int
    private var isFirst = true

    init(_ name: String) {
        text = name + ":"
        column = text.utf8.count
    }

    mutating func append(_ token: String) {
        if !isFirst, column + 1 + token.utf8.count > Self.width {
            text += "\r\n"
            column = 0
        }
        text += " " + token
        column += 1 + token.utf8.count
        isFirst = false
    }

    consuming func finish() -> [UInt8] { Array((text + "\r\n").utf8) }
}
