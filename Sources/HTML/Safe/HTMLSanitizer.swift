/// Makes HTML of strangers safe to show: reads it into a tree as browsers do, keeps what lists allow of elements,
/// attributes, addresses and styles, and writes the tree anew. What is not known is not kept, so nothing has to be
/// recognised as an attack.
///
/// Whatever is read, what is written has no text that could be read as markup, no element whose content is read in
/// another way than that of a paragraph (the one style sheet aside, which holds no `<`), and so means to every browser
/// what it means here. Time and memory are bounded by the length of what is read.
public struct HTMLSanitizer {
    /// Bounds on what is read and made.
    public struct Limits: Sendable {
        /// Octets of HTML and text of a message; what follows is cut off.
        public var inputOctets: Int
        /// Elements in one another.
        public var depth: Int
        /// Elements and texts.
        public var nodes: Int
        /// Octets of the fragment, about.
        public var outputOctets: Int

        public init(
            inputOctets: Int = 4 << 20, depth: Int = 200, nodes: Int = 100_000, outputOctets: Int = 8 << 20
        ) {
            self.inputOctets = inputOctets
            self.depth = depth
            self.nodes = nodes
            self.outputOctets = outputOctets
        }
    }

    private var left: Limits
    private var images: SafeImages
    private var sheet: [UInt8] = []
    private var sheetOctets = 0
    private var bodies: [UInt8] = []
    private var misleadingLinks = 0
    private var isCut = false
    /// Octets and steps that were looked at: what tests count to see that the work is linear.
    package private(set) var work = 0

    /// `imageAddress` says where each image may be loaded from, the remote ones each once; nil leaves it out. What it
    /// gives is written as it is, escaped.
    public init(limits: Limits = Limits(), imageAddress: @escaping (ImageSource) -> String?) {
        left = limits
        images = SafeImages(imageAddress)
    }

    /// The whole of one piece of HTML.
    public static func sanitize(
        _ html: UnsafeRawBufferPointer, limits: Limits = Limits(), imageAddress: @escaping (ImageSource) -> String?
    ) -> SafeHTML {
        var sanitizer = HTMLSanitizer(limits: limits, imageAddress: imageAddress)
        sanitizer.add(html: html)
        return sanitizer.finish()
    }

    /// Adds a part that is HTML, in UTF-8.
    public mutating func add(html: UnsafeRawBufferPointer) {
        var reader = SafeHTMLReader(take(html), images: images, limits: builderLimits, sheetOctets: sheetOctets)
        let result = reader.read()
        images = result.images
        sheetOctets = result.sheetOctets
        sheet += result.sheet
        misleadingLinks += result.misleadingLinks
        work += result.work
        append(HTMLSerializer.write(result.tree), nodes: result.tree.nodes.count)
        if result.isCut { isCut = true }
    }

    /// Adds a part that is plain text, in UTF-8: its lines stay as they are.
    public mutating func add(text: UnsafeRawBufferPointer) {
        let octets = take(text)
        var part = Array("<div class=\"\(SafeName.text)\" style=\"white-space:pre-wrap\">".utf8)
        HTMLSerializer.escape(HTMLCharacters.raw(octets, 0..<octets.count), isValue: false, into: &part)
        append(part + "</div>".utf8, nodes: 2)
    }

    /// Adds an image that stands between other parts.
    public mutating func add(imageAt address: String, name: String) {
        var tree = HTMLTree()
        let image = tree.make(
            .img, [HTMLAttribute(name: "src", value: address), HTMLAttribute(name: "alt", value: name)])
        tree.append(image, to: HTMLTree.root)
        append(HTMLSerializer.write(tree), nodes: 2)
    }

    public func finish() -> SafeHTML {
        let style = sheet.isEmpty ? [] : Array("<style>\n".utf8) + sheet + "</style>".utf8
        return SafeHTML(
            html: String(decoding: style + bodies, as: UTF8.self), remoteImages: images.remoteCount,
            trackers: images.trackers, remoteHosts: images.hosts, misleadingLinks: misleadingLinks, isCut: isCut)
    }

    /// So much of the octets as may still be read.
    private mutating func take(_ octets: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let count = min(octets.count, left.inputOctets)
        left.inputOctets -= count
        if count < octets.count { isCut = true }
        return UnsafeRawBufferPointer(rebasing: octets[..<count])
    }

    private var builderLimits: HTMLTreeBuilder.Limits {
        HTMLTreeBuilder.Limits(depth: left.depth, nodes: max(1, left.nodes), octets: max(0, left.outputOctets))
    }

    private mutating func append(_ octets: [UInt8], nodes: Int) {
        bodies += octets
        left.outputOctets -= octets.count
        left.nodes -= nodes
    }
}
