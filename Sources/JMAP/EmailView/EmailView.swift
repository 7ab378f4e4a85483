import HTML
import MIME
import MailModel

/// An email's HTML as a browser may show it.
struct EmailView {
    let id: EmailID
    /// Nil when the email has no HTML.
    let content: SafeHTML?
    let isTruncated: Bool
    /// The host that is told when the reader unsubscribes; nil when the message offers no such thing.
    var oneClickHost: String?

    /// Octets of bodies that one call reads.
    static let maximumOctets = 16 << 20

    /// Emails that one call may ask for.
    static func mostInGet(_ limits: Limits.JMAP) -> Int { min(limits.emailViewsInGet, limits.objectsInGet) }

    static func empty(_ id: EmailID) -> EmailView { EmailView(id: id, content: nil, isTruncated: false) }
}

/// The parts that a view shows, in order, and those that it may show in them.
struct EmailViewParts {
    private let body: [Part]
    private let images: [String: String]
    private let blobID: BlobID
    private let downloads: String
    private let limits = HTMLSanitizer.Limits()

    /// - Parameter prefix: what stands before every path of this server.
    init(_ structure: MessageStructure, blobID: BlobID, account: AccountID, prefix: String) {
        body = BodyChoice(structure).htmlBody
        self.blobID = blobID
        downloads = "\(prefix)/jmap/download/\(account)"
        var images: [String: String] = [:]
        for part in structure.parts where ImageAddress.isShown(part.mediaType) {
            guard let contentID = part.contentID, images[contentID] == nil else { continue }
            images[contentID] = ImageAddress.download(part, blobID, in: downloads)
        }
        self.images = images
    }

    /// Whether any of it is HTML: an email without has no view.
    var hasHTML: Bool { body.contains { $0.mediaType == "text/html" } }

    /// Octets of the texts that are read for a view, at most.
    var readOctets: Int { min(limits.inputOctets, body.reduce(0) { $1.isText ? $0 + $1.decodedSize : $0 }) }

    /// The parts of a message's octets, made safe and joined in order.
    func view(
        of id: EmailID, _ octets: UnsafeRawBufferPointer, remoteImage: @escaping (String) -> String?
    ) -> EmailView {
        let images = images
        var isTruncated = false
        var sanitizer = HTMLSanitizer(limits: limits) { source in
            switch source {
            case .remote(let url): remoteImage(url)
            case .part(let contentID): images[contentID]
            }
        }
        for part in body {
            if part.isText {
                let text = part.text(from: octets, limit: limits.inputOctets)
                isTruncated = isTruncated || text.isTruncated
                var value = text.value
                value.withUTF8 { text in
                    part.subtype == "html"
                        ? sanitizer.add(html: UnsafeRawBufferPointer(text))
                        : sanitizer.add(text: UnsafeRawBufferPointer(text))
                }
            } else if ImageAddress.isShown(part.mediaType) {
                sanitizer.add(imageAt: ImageAddress.download(part, blobID, in: downloads), name: part.fileName ?? "")
            }
        }
        let content = sanitizer.finish()
        return EmailView(id: id, content: content, isTruncated: isTruncated || content.isCut)
    }
}

/// Addresses of the images that are parts of a message.
private enum ImageAddress {
    /// Images that browsers show and in which nothing runs.
    private static let types: Set<String> = [
        "image/png", "image/jpeg", "image/jpg", "image/pjpeg", "image/gif", "image/webp", "image/avif", "image/bmp",
    ]

    static func isShown(_ mediaType: String) -> Bool { types.contains(mediaType) }

    /// The session's downloadUrl filled in (RFC 8620 §6.2), relative to the server's root.
    static func download(_ part: Part, _ message: BlobID, in downloads: String) -> String {
        let blob = BlobID(hash: message.hash, section: message.section + part.section)
        let name = part.fileName.map { PercentCoding.encoded($0.utf8.prefix(200)) } ?? ""
        return "\(downloads)/\(blob)/\(name.isEmpty || name.allSatisfy { $0 == "." } ? "image" : name)"
            + "?type=\(part.mediaType)"
    }
}
