/// Which parts are a message's body and which its attachments: the algorithm of RFC 8621 §4.1.4.
public struct BodyChoice: Sendable, Hashable {
    /// What to show to a reader of plain text, in order.
    public private(set) var textBody: [Part] = []
    /// What to show to a reader of HTML, in order.
    public private(set) var htmlBody: [Part] = []
    /// What to offer for download, in the message's order.
    public private(set) var attachments: [Part] = []

    public init(_ structure: MessageStructure) {
        read([structure.root], of: "mixed", context: Context(inAlternative: false, collects: .both))
    }

    /// Which of the two bodies still take parts: inside one branch of an alternative only one does.
    private struct Collects {
        var text: Bool
        var html: Bool
        static let both = Collects(text: true, html: true)
    }

    private struct Context {
        var inAlternative: Bool
        var collects: Collects
    }

    private mutating func read(_ parts: [Part], of multipartType: String, context: Context) {
        var collects = context.collects
        let textStart = textBody.count
        let htmlStart = htmlBody.count
        for (index, part) in parts.enumerated() {
            if part.isMultipart {
                let inAlternative = context.inAlternative || part.subtype == "alternative"
                read(
                    part.children, of: part.subtype, context: Context(inAlternative: inAlternative, collects: collects))
            } else if !Self.isInline(part, at: index, in: multipartType) {
                attachments.append(part)
            } else if multipartType == "alternative" {
                addAlternative(part, collects)
            } else {
                if context.inAlternative {
                    if part.mediaType == "text/plain" { collects.html = false }
                    if part.mediaType == "text/html" { collects.text = false }
                }
                if collects.text { textBody.append(part) }
                if collects.html { htmlBody.append(part) }
                let isInBoth = collects.text && collects.html
                let isInNeither = !collects.text && !collects.html
                if isInNeither || !isInBoth && part.isInlineMedia { attachments.append(part) }
            }
        }
        guard multipartType == "alternative", collects.text, collects.html else { return }
        if textBody.count == textStart, htmlBody.count != htmlStart {
            textBody.append(contentsOf: htmlBody[htmlStart...])
        } else if htmlBody.count == htmlStart, textBody.count != textStart {
            htmlBody.append(contentsOf: textBody[textStart...])
        }
    }

    private mutating func addAlternative(_ part: Part, _ collects: Collects) {
        switch part.mediaType {
        // Where the RFC's sketch has no list to add to, the part is in neither body, and so by definition an attachment.
        case "text/plain" where collects.text: textBody.append(part)
        case "text/html" where collects.html: htmlBody.append(part)
        default: attachments.append(part)
        }
    }

    /// Whether a part belongs to the body: not declared an attachment, of a type that can be shown, and, as RFC 8621
    /// reads it, not a later part of a related group and not a later text with a file name.
    private static func isInline(_ part: Part, at index: Int, in multipartType: String) -> Bool {
        guard part.disposition != "attachment" else { return false }
        guard part.isInlineMedia || part.mediaType == "text/plain" || part.mediaType == "text/html" else {
            return false
        }
        return index == 0 || multipartType != "related" && (part.isInlineMedia || part.fileName == nil)
    }
}

extension Part {
    /// An image, sound or film.
    var isInlineMedia: Bool { type == "image" || type == "audio" || type == "video" }
}

extension MessageStructure {
    /// Whether a client should show that something can be downloaded (RFC 8621 §4.1.4 hasAttachment): an attachment that
    /// is not declared inline, not an image that a related HTML part embeds by its Content-Id, and not a signature that
    /// programs verify.
    public var hasAttachment: Bool { hasAttachment(BodyChoice(self)) }

    func hasAttachment(_ choice: BodyChoice) -> Bool {
        guard !choice.attachments.isEmpty else { return false }
        var embedded: Set<[Int]>?
        return choice.attachments.contains { part in
            if part.disposition == "inline" || Self.signatures.contains(part.mediaType) { return false }
            guard part.isInlineMedia, part.contentID != nil, part.disposition == nil else { return true }
            let found = embedded ?? relatedSections(of: root)
            embedded = found
            return !found.contains(part.section)
        }
    }

    private static let signatures: Set<String> = [
        "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature",
    ]

    /// The sections of all parts that stand directly in a multipart/related.
    private func relatedSections(of part: Part) -> Set<[Int]> {
        var found: Set<[Int]> = []
        for child in part.children {
            if part.subtype == "related" { found.insert(child.section) }
            found.formUnion(relatedSections(of: child))
        }
        return found
    }
}
