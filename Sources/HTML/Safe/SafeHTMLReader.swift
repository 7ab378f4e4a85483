/// Reads one piece of HTML into a tree of what may be shown.
struct SafeHTMLReader {
    /// What becomes of the text in an element that has no markup in it.
    private enum RawText {
        case dropped
        case preformatted
        /// A style sheet for the media of this query; nil: for all.
        case sheet(media: String?)
    }

    /// An element that is left out with its content.
    private struct Skipped {
        let name: String
        let isForeign: Bool
        /// How many of that name are open.
        var depth = 1
        /// How many elements are open in which HTML may stand.
        var holders = 0
    }

    private let bytes: UnsafeRawBufferPointer
    private(set) var builder: HTMLTreeBuilder
    private(set) var images: SafeImages
    private(set) var sheet: [UInt8] = []
    private(set) var sheetOctets: Int
    private(set) var misleadingLinks = 0
    private(set) var isCut = false
    private var rawText = RawText.dropped
    private var skipped: Skipped?
    private var hasBody = false
    private(set) var work = 0

    var tree: HTMLTree { builder.tree }

    init(
        _ bytes: UnsafeRawBufferPointer, images: SafeImages, limits: HTMLTreeBuilder.Limits, sheetOctets: Int
    ) {
        // A byte order mark is no text.
        let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        self.bytes = UnsafeRawBufferPointer(rebasing: bytes[mark...])
        self.images = images
        self.sheetOctets = sheetOctets
        builder = HTMLTreeBuilder(attributes: [HTMLAttribute(name: "class", value: SafeName.body)], limits: limits)
    }

    mutating func read() -> SafeHTMLReader {
        var tokenizer = HTMLTokenizer(bytes)
        while !builder.isFull, let token = tokenizer.next() {
            switch token {
            case .text(let range, let isRaw): text(range, isRaw: isRaw)
            case .startTag(let tag): start(tag)
            case .endTag(let tag): end(HTMLAttributeReader.name(bytes, tag.name))
            case .markup: break
            }
        }
        isCut = isCut || builder.isFull
        misleadingLinks = MisleadingLinks.mark(&builder.tree)
        work = tokenizer.work + builder.work
        return self
    }

    // MARK: Text

    private mutating func text(_ range: Range<Int>, isRaw: Bool) {
        guard skipped == nil else { return }
        guard isRaw else { return builder.text(HTMLCharacters.decode(bytes, range, isValue: false)) }
        switch rawText {
        case .dropped: break
        case .preformatted: builder.text(HTMLCharacters.raw(bytes, range))
        case .sheet(let media): readSheet(range, media)
        }
    }

    private mutating func readSheet(_ range: Range<Int>, _ media: String?) {
        guard range.count <= StyleSheet.maximumOctets - sheetOctets else {
            isCut = true
            return
        }
        sheetOctets += range.count
        var images = images
        let rules = StyleSheet.write(Array(bytes[range])) { media == nil ? images.address($0) : nil }
        self.images = images
        guard !rules.isEmpty else { return }
        guard let media else { return sheet += rules }
        // A media rule in a media rule is none of the simple kinds.
        guard !rules.contains(0x40) else { return }
        sheet += Array("@media \(media){\n".utf8) + rules + "}\n".utf8
    }

    // MARK: Tags

    private mutating func start(_ tag: HTMLTokenizer.Tag) {
        let name = HTMLAttributeReader.name(bytes, tag.name)
        rawText = .dropped
        if skipped != nil, !endsSkipping(at: name, tag) { return }
        let rule = ElementRule.named(name)
        switch rule {
        case .keep(let kept): open(kept, tag, style: nil)
        case .rename(let kept, let style):
            open(kept, tag, style: style)
            if name == "xmp" { rawText = .preformatted }
        case .unwrap: break
        case .drop, .foreign:
            // What has no markup in it needs no looking for its end.
            let isRaw = HTMLElement(bytes, tag.name).hasRawContent
            if !isRaw, !isSelfClosed(tag, rule) { skipped = Skipped(name: name, isForeign: rule == .foreign) }
        case .sheet: startSheet(tag)
        case .body, .html: startBody(tag, isBody: rule == .body)
        }
    }

    private mutating func open(_ kept: HTMLTag, _ tag: HTMLTokenizer.Tag, style: String?) {
        guard let attributes = TagAttributes.of(kept, bytes, tag.attributes, style: style, images: &images) else {
            return
        }
        builder.start(kept, attributes)
    }

    private mutating func end(_ name: String) {
        if var skipped {
            if name == skipped.name { skipped.depth -= 1 }
            if ElementRule.holdsHTML.contains(name) { skipped.holders -= 1 }
            self.skipped = skipped.depth > 0 ? skipped : nil
            return
        }
        switch ElementRule.named(name) {
        case .keep(let tag), .rename(let tag, _): builder.end(tag)
        case .unwrap, .drop, .foreign, .sheet, .body, .html: break
        }
    }

    /// Whether the tag stands no longer in what is left out; if it does, it is counted.
    private mutating func endsSkipping(at name: String, _ tag: HTMLTokenizer.Tag) -> Bool {
        guard var skipped else { return true }
        if skipped.isForeign, skipped.holders <= 0, ElementRule.endsForeign.contains(name) {
            self.skipped = nil
            return true
        }
        if name == skipped.name, !isSelfClosed(tag, .foreign) { skipped.depth += 1 }
        if ElementRule.holdsHTML.contains(name), !isSelfClosed(tag, .foreign) { skipped.holders += 1 }
        self.skipped = skipped
        return false
    }

    private func isSelfClosed(_ tag: HTMLTokenizer.Tag, _ rule: ElementRule) -> Bool {
        rule == .foreign && bytes[tag.attributes].last == 0x2F
    }

    private mutating func startSheet(_ tag: HTMLTokenizer.Tag) {
        var media: [UInt8] = []
        var type = ""
        var reader = HTMLAttributeReader(bytes, tag.attributes)
        while let (name, value) = reader.next() {
            if name == "media" { media = HTMLCharacters.decode(bytes, value, isValue: true) }
            if name == "type" {
                type = String(decoding: HTMLCharacters.decode(bytes, value, isValue: true), as: UTF8.self).lowercased()
            }
        }
        guard type.isEmpty || type == "text/css" else { return }
        guard !media.isEmpty else {
            rawText = .sheet(media: nil)
            return
        }
        var tokens = StyleTokenizer(media)
        var query: [StyleToken] = []
        while query.count < 100, let token = tokens.next() { query.append(token) }
        if let media = StyleMedia.write(query) { rawText = .sheet(media: media == "all" ? nil : media) }
    }

    /// What the body and the element around it say is said of the root.
    private mutating func startBody(_ tag: HTMLTokenizer.Tag, isBody: Bool) {
        guard !hasBody, let attributes = TagAttributes.of(.div, bytes, tag.attributes, images: &images) else { return }
        hasBody = isBody
        var root = builder.tree.attributes(HTMLTree.root)
        for attribute in attributes where isBody || attribute.name == "lang" || attribute.name == "dir" {
            if let place = root.firstIndex(where: { $0.name == attribute.name }) {
                if attribute.name == "class" { root[place].value += " " + attribute.value }
            } else {
                root.append(attribute)
            }
        }
        builder.tree.set(root, of: HTMLTree.root)
    }
}
