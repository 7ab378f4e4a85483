public import MailModel

/// An entity to be written (RFC 2045, RFC 8621 §4.1.4).
public struct OutgoingPart: Hashable, Sendable {
    public enum Content: Hashable, Sendable {
        case parts([OutgoingPart])
        /// Text, its lines ended by LF or CRLF; it is written in UTF-8.
        case text(String)
        /// Octets that are lent when the message is written.
        case blob(BlobID)
    }

    /// `type/subtype`, in lower case; `multipart/…` if and only if the content is parts.
    public var mediaType: String
    /// Of a blob's text.
    public var charset: String?
    public var disposition: String?
    public var fileName: String?
    /// Without angle brackets.
    public var contentID: String?
    public var languages: [String]?
    public var location: String?
    /// Further fields of the part's header.
    public var fields: [OutgoingField] = []
    public var content: Content

    public init(_ mediaType: String, _ content: Content) {
        self.mediaType = mediaType
        self.content = content
    }

    /// Whether a media type can be written: two tokens with a solidus between them.
    public static func isMediaType(_ text: String) -> Bool {
        let fields = text.split(separator: "/", omittingEmptySubsequences: false)
        return fields.count == 2 && text.utf8.count <= 120 && fields.allSatisfy { isToken(String($0)) }
    }

    /// RFC 2045 §5.1, token.
    public static func isToken(_ text: String) -> Bool {
        Array(text.utf8).withUnsafeBytes { bytes in
            var scanner = TokenScanner(bytes)
            _ = scanner.readToken()
            return !bytes.isEmpty && scanner.isAtEnd && bytes.allSatisfy { $0 < 0x80 }
        }
    }

    /// The fields that MIME describes the part by, and then its own.
    func header(encoding: String?, boundary: String?) throws(OutgoingFieldError) -> [UInt8] {
        var octets = contentType(boundary)
        if let encoding { octets += Array("Content-Transfer-Encoding: \(encoding)\r\n".utf8) }
        if let disposition {
            octets += Self.line("Content-Disposition", [disposition] + named("filename"))
        }
        if let contentID { octets += try OutgoingField("Content-ID", .messageIDs([contentID])).octets() }
        if let languages { octets += Self.line("Content-Language", languages.enumerated().map(comma(languages))) }
        if let location { octets += try OutgoingField("Content-Location", .raw(" " + location)).octets() }
        for field in fields { octets += try field.octets() }
        return octets
    }

    private func contentType(_ boundary: String?) -> [UInt8] {
        var tokens = [mediaType]
        switch content {
        case .text: tokens.append("charset=utf-8")
        case .blob: if let charset { tokens += ParameterWriter.tokens("charset", charset) }
        case .parts: break
        }
        if disposition == nil { tokens += named("name") }
        if let boundary { tokens.append("boundary=\"\(boundary)\"") }
        return Self.line("Content-Type", tokens)
    }

    private func named(_ parameter: String) -> [String] {
        fileName.map { ParameterWriter.tokens(parameter, $0) } ?? []
    }

    private func comma(_ languages: [String]) -> (Int, String) -> String {
        { index, language in language + (index == languages.count - 1 ? "" : ",") }
    }

    /// A value and its parameters; a semicolon ends each token that has none and is not the last.
    private static func line(_ name: String, _ tokens: [String]) -> [UInt8] {
        var line = FoldedLine(name)
        for (index, token) in tokens.enumerated() {
            let isEnded = index == tokens.count - 1 || token.hasSuffix(";") || token.hasSuffix(",")
            line.append(isEnded || name == "Content-Language" ? token : token + ";")
        }
        return line.finish()
    }
}
