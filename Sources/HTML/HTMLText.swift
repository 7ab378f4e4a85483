/// The text that a reader of an HTML document would see, near enough for a preview, a search index and a quotation.
///
/// White space is folded, blocks begin lines, scripts, styles and the head are dropped, entities are decoded, and lines in
/// a block quotation begin with `> `. Takes and gives UTF-8 octets.
public struct HTMLText {
    private let bytes: UnsafeRawBufferPointer
    private let limit: Int
    private var tokenizer: HTMLTokenizer
    private var output: [UInt8] = []
    private var isInHead = false
    private var preformattedDepth = 0
    private var quoteDepth = 0
    private var templateDepth = 0
    private var dropsText = false
    private var pendingSpace = false
    /// Whether the next word does not fit.
    private var isFull = false

    /// The text of `bytes`, at most `limit` octets of it, ended between characters.
    public static func plainText(_ bytes: UnsafeRawBufferPointer, limit: Int = .max) -> [UInt8] {
        var renderer = HTMLText(bytes, limit: limit)
        return renderer.render()
    }

    private init(_ bytes: UnsafeRawBufferPointer, limit: Int) {
        self.bytes = bytes
        self.limit = max(limit, 0)
        tokenizer = HTMLTokenizer(bytes)
        output.reserveCapacity(min(bytes.count / 2, self.limit))
    }

    private mutating func render() -> [UInt8] {
        while output.count < limit, !isFull, let token = tokenizer.next() {
            switch token {
            case .text(let range, let isRaw):
                if !dropsText, !isInHead, templateDepth == 0 { append(range, decodesEntities: !isRaw) }
                dropsText = false
            case .startTag(let tag):
                start(HTMLElement(bytes, tag.name))
            case .endTag(let tag):
                end(HTMLElement(bytes, tag.name))
            case .markup:
                break
            }
        }
        while let last = output.last, last == 0x0A || last == 0x20 || output.count > limit { output.removeLast() }
        return output
    }

    private mutating func start(_ element: HTMLElement) {
        dropsText = element.isInvisible
        if isInHead, !element.belongsInHead { isInHead = false }
        switch element {
        case .head: isInHead = true
        case .template: templateDepth += 1
        case .lineBreak: breakLine(force: true)
        case .preformatted:
            breakLine(force: false)
            preformattedDepth += 1
        case .blockQuote:
            breakLine(force: false)
            quoteDepth += 1
        case .cell: pendingSpace = true
        case .block, .body: breakLine(force: false)
        case .html, .script, .style, .title, .textarea, .iframe, .noembed, .noframes, .xmp, .meta, .link, .base,
            .noscript, .other:
            break
        }
    }

    private mutating func end(_ element: HTMLElement) {
        dropsText = false
        switch element {
        case .head: isInHead = false
        case .template: templateDepth = max(0, templateDepth - 1)
        case .preformatted:
            breakLine(force: false)
            preformattedDepth = max(0, preformattedDepth - 1)
        case .blockQuote:
            breakLine(force: false)
            quoteDepth = max(0, quoteDepth - 1)
        case .block, .body: breakLine(force: false)
        case .cell: pendingSpace = true
        case .html, .script, .style, .title, .textarea, .iframe, .noembed, .noframes, .xmp, .meta, .link, .base,
            .noscript, .lineBreak, .other:
            break
        }
    }

    /// Ends the line; an empty one only when `force`d, and never two.
    private mutating func breakLine(force: Bool) {
        pendingSpace = false
        guard let last = output.last else { return }
        if last != 0x0A {
            output.append(0x0A)
        } else if force, output.count >= 2, output[output.count - 2] != 0x0A {
            output.append(0x0A)
        }
    }

    private mutating func append(_ range: Range<Int>, decodesEntities: Bool) {
        var index = range.lowerBound
        let isPreformatted = preformattedDepth > 0
        while index < range.upperBound, output.count < limit, !isFull {
            let octet = bytes[index]
            if octet <= 0x20 {
                if isPreformatted, octet == 0x0A { breakLine(force: true) } else { pendingSpace = true }
                index += 1
            } else if octet == 0x26, decodesEntities,
                let entity = HTMLEntity.decode(bytes, at: index, limit: range.upperBound)
            {
                append(entity.scalar)
                index = entity.end
            } else {
                var end = index + 1
                while end < range.upperBound, bytes[end] > 0x20, bytes[end] != 0x26 { end += 1 }
                beginWord()
                // A word of any length still ends at the limit, and between characters.
                end = end - index <= limit - output.count ? end : index + limit - output.count
                while end > index, end < range.upperBound, bytes[end] & 0xC0 == 0x80 { end -= 1 }
                guard end > index else { return stop() }
                output.append(contentsOf: bytes[index..<end])
                index = end
            }
        }
    }

    private mutating func stop() { isFull = true }

    private mutating func append(_ scalar: Unicode.Scalar) {
        // A no-break space folds like any other: text is for reading and searching.
        guard scalar.value > 0x20, scalar.value != 0xA0 else {
            pendingSpace = true
            return
        }
        beginWord()
        guard let encoded = UTF8.encode(scalar), encoded.count <= limit - output.count else { return stop() }
        output.append(contentsOf: encoded)
    }

    private mutating func beginWord() {
        let isAtLineStart = output.isEmpty || output.last == 0x0A
        if isAtLineStart, quoteDepth > 0 {
            output.append(0x3E)
            output.append(0x20)
        } else if pendingSpace, !isAtLineStart {
            output.append(0x20)
        }
        pendingSpace = false
    }
}
