import Glibc

/// Cuts HTML into text, tags and what is neither, as the HTML standard's tokenizer would; never fails, and looks at every
/// octet a bounded number of times whatever is left open.
///
/// Works over UTF-8 octets and hands out ranges of them; entities in text are left to the reader of the text.
public struct HTMLTokenizer {
    public enum Token: Equatable, Sendable {
        /// Characters, entities not yet decoded. `isRaw`: the content of a script, style or the like, without entities.
        case text(Range<Int>, isRaw: Bool)
        case startTag(Tag)
        case endTag(Tag)
        /// A comment, a doctype, a processing instruction.
        case markup(Range<Int>)
    }

    public struct Tag: Equatable, Sendable {
        /// The name as written, any case.
        public let name: Range<Int>
        /// What stands between the name and the `>`.
        public let attributes: Range<Int>
    }

    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    /// The element whose end tag alone ends its content.
    private var rawElement: HTMLElement?
    /// Where a tag or other markup begins that the octets end in.
    public private(set) var incompleteStart: Int?
    /// Octets that were looked at: what tests count to see that the work is linear.
    package private(set) var work = 0

    public init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The next token; nil at the end, and when only an incomplete tag is left.
    public mutating func next() -> Token? {
        guard position < bytes.count else { return nil }
        if let element = rawElement { return rawText(of: element) }
        let start = position
        var search = start
        while let sign = find(0x3C, from: search) {
            guard sign + 1 < bytes.count, Self.beginsMarkup(bytes[sign + 1]) else {
                search = sign + 1
                continue
            }
            if sign > start {
                position = sign
                return .text(start..<sign, isRaw: false)
            }
            return markup(at: sign)
        }
        position = bytes.count
        return .text(start..<bytes.count, isRaw: false)
    }

    private static func beginsMarkup(_ octet: UInt8) -> Bool {
        isLetter(octet) || octet == 0x21 || octet == 0x2F || octet == 0x3F
    }

    private static func isLetter(_ octet: UInt8) -> Bool { (octet | 0x20) &- 0x61 < 26 }

    private mutating func markup(at start: Int) -> Token? {
        switch bytes[start + 1] {
        case 0x21:
            if start + 3 < bytes.count, bytes[start + 2] == 0x2D, bytes[start + 3] == 0x2D { return comment(at: start) }
            return bogusComment(at: start)
        case 0x3F:
            return bogusComment(at: start)
        case 0x2F:
            guard start + 2 < bytes.count, Self.isLetter(bytes[start + 2]) else { return bogusComment(at: start) }
            return tag(at: start, nameStart: start + 2).map { .endTag($0) }
        default:
            guard let tag = tag(at: start, nameStart: start + 1) else { return nil }
            let element = HTMLElement(bytes, tag.name)
            if element.hasRawContent { rawElement = element }
            return .startTag(tag)
        }
    }

    /// `<!--` to `-->`, or to the end; `<!-->` and `<!--->` are whole.
    private mutating func comment(at start: Int) -> Token? {
        var search = start + 2
        while let sign = find(0x3E, from: search) {
            if sign >= start + 4, bytes[sign - 1] == 0x2D, bytes[sign - 2] == 0x2D {
                position = sign + 1
                return .markup(start..<sign + 1)
            }
            search = sign + 1
        }
        return incomplete(at: start)
    }

    private mutating func bogusComment(at start: Int) -> Token? {
        guard let sign = find(0x3E, from: start + 1) else { return incomplete(at: start) }
        position = sign + 1
        return .markup(start..<sign + 1)
    }

    private mutating func incomplete(at start: Int) -> Token? {
        incompleteStart = start
        position = bytes.count
        return nil
    }

    /// A tag up to the `>` that stands in no quoted attribute value.
    private mutating func tag(at start: Int, nameStart: Int) -> Tag? {
        var index = nameStart
        while index < bytes.count, !Self.endsName(bytes[index]) { index += 1 }
        let name = nameStart..<index
        var afterEquals = false
        while index < bytes.count {
            let octet = bytes[index]
            if octet == 0x3E {
                work += index - start
                position = index + 1
                return Tag(name: name, attributes: name.upperBound..<index)
            }
            if afterEquals, octet == 0x22 || octet == 0x27 {
                guard let close = find(octet, from: index + 1) else { break }
                index = close
            }
            if octet == 0x3D {
                afterEquals = true
            } else if !Self.isSpace(octet) {
                afterEquals = false
            }
            index += 1
        }
        work += bytes.count - start
        _ = incomplete(at: start)
        return nil
    }

    private static func endsName(_ octet: UInt8) -> Bool { octet == 0x3E || octet == 0x2F || isSpace(octet) }

    private static func isSpace(_ octet: UInt8) -> Bool { octet == 0x20 || octet &- 9 < 5 }

    /// Everything up to the element's end tag, or to the end.
    private mutating func rawText(of element: HTMLElement) -> Token? {
        rawElement = nil
        let start = position
        var search = start
        while let sign = find(0x3C, from: search) {
            search = sign + 1
            guard sign + 2 < bytes.count, bytes[sign + 1] == 0x2F, Self.isLetter(bytes[sign + 2]) else { continue }
            var end = sign + 2
            while end < bytes.count, end - sign < 16, !Self.endsName(bytes[end]) { end += 1 }
            if HTMLElement(bytes, sign + 2..<end) == element {
                position = sign
                return sign > start ? .text(start..<sign, isRaw: true) : next()
            }
        }
        position = bytes.count
        return .text(start..<bytes.count, isRaw: true)
    }

    private mutating func find(_ octet: UInt8, from start: Int) -> Int? {
        guard start < bytes.count, let base = bytes.baseAddress else { return nil }
        guard let found = memchr(base + start, Int32(octet), bytes.count - start) else {
            work += bytes.count - start
            return nil
        }
        let index = UnsafeRawPointer(found) - base
        work += index - start + 1
        return index
    }
}
