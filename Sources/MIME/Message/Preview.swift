import HTML

/// The line under a subject in a list (RFC 8621 §4.1.4 preview): the beginning of the message's text, white space folded,
/// quoted lines left out unless there is nothing else.
struct PreviewBuilder {
    /// In UTF-16 units, so that it holds however a client counts characters.
    static let longest = 256
    /// Text octets that a preview can need: many quoted lines may come first.
    private static let textOctets = 8 * 1024
    /// As many as most need.
    private static let textStart = 1024
    /// HTML octets looked at before giving up: head, styles and tables come first.
    private static let htmlOctets = 512 * 1024

    static func preview(_ choice: BodyChoice, _ bytes: UnsafeRawBufferPointer) -> String {
        for part in choice.textBody + choice.htmlBody where part.isText {
            let preview =
                part.subtype == "html" ? folded(textOfHTML(part, bytes)) : previewOfPlain(part, bytes)
            if !preview.isEmpty { return preview }
        }
        return ""
    }

    /// Where the charset is said, the beginning is enough unless it is all quotes; where it has to be guessed, the guess
    /// goes by more.
    private static func previewOfPlain(_ part: Part, _ bytes: UnsafeRawBufferPointer) -> String {
        switch Charset(label: part.charset ?? "") {
        case .utf8, .windows1252, .iconv:
            let text = part.decodedText(from: bytes, limit: textStart, pieceSize: textStart)
            if !text.isCut { return folded(text.octets) }
            let builder = PreviewBuilder(text.octets, skippingQuotes: true)
            // More text would change nothing.
            if builder.units >= longest { return builder.preview }
        case .ascii, .unknown: break
        }
        return folded(part.decodedText(from: bytes, limit: textOctets, pieceSize: textOctets).octets)
    }

    /// Decodes four times as much as before until there is text enough: the work stays within a third more than once.
    private static func textOfHTML(_ part: Part, _ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var limit = textOctets
        while true {
            let html = part.decodedText(from: bytes, limit: limit, pieceSize: limit)
            let text = html.octets.withUnsafeBytes { HTMLText.plainText($0, limit: 2048) }
            if text.count >= 1024 || !html.isCut || limit >= htmlOctets { return text }
            limit *= 4
        }
    }

    private static func folded(_ text: [UInt8]) -> String {
        let builder = PreviewBuilder(text, skippingQuotes: true)
        return builder.output.isEmpty ? PreviewBuilder(text, skippingQuotes: false).preview : builder.preview
    }

    private var output: [UInt8] = []
    private var units = 0
    private var pendingSpace = false
    /// Characters without a shape, kept only between others: senders pad hidden previews with them.
    private var pendingInvisible: [UInt8] = []

    private init(_ text: [UInt8], skippingQuotes: Bool) {
        output.reserveCapacity(min(text.count, 3 * Self.longest))
        text.withUnsafeBytes { add($0, skippingQuotes: skippingQuotes) }
    }

    private var preview: String { String(decoding: output, as: UTF8.self) }

    private mutating func add(_ text: UnsafeRawBufferPointer, skippingQuotes: Bool) {
        var start = 0
        while start < text.count, units < Self.longest {
            let end = text.firstIndex(of: ASCII.lf, from: start, to: text.count) ?? text.count
            let line = text.trimmed(start..<end)
            if !(skippingQuotes && line.lowerBound < line.upperBound && text[line.lowerBound] == ASCII.greater) {
                add(line: text.slice(line))
            }
            pendingSpace = !output.isEmpty
            start = end + 1
        }
    }

    private mutating func add(line: UnsafeRawBufferPointer) {
        var index = 0
        while index < line.count {
            let octet = line[index]
            if octet > 0x20, octet < 0x7F {
                let word = Self.word(line, from: index, atMost: Self.longest - units)
                guard addWord(line.slice(index..<max(word, index + 1))) else { return }
                index = max(word, index + 1)
                continue
            }
            var length = 1
            if octet >= 0x80 {
                switch utf8Sequence(line, at: index) {
                case .valid(let found): length = found
                // The text was decoded, so only its cut end can be incomplete.
                case .invalid, .incomplete: return
                }
            }
            guard add(line.slice(index..<index + length)) else { return }
            index += length
        }
    }

    /// Where a run of visible ASCII ends.
    private static func word(_ line: UnsafeRawBufferPointer, from start: Int, atMost longest: Int) -> Int {
        let limit = min(line.count, start + longest)
        var end = start
        while end < limit, line[end] > 0x20, line[end] < 0x7F { end += 1 }
        return end
    }

    /// Adds visible ASCII, as much as fits; false when it was not all.
    private mutating func addWord(_ word: UnsafeRawBufferPointer) -> Bool {
        let before = (pendingSpace ? 1 : 0) + pendingInvisible.count / 3
        let room = Self.longest - units - before
        guard room > 0 else {
            units = Self.longest
            return false
        }
        if pendingSpace { output.append(ASCII.space) }
        takeInvisible()
        output.append(contentsOf: UnsafeRawBufferPointer(rebasing: word.prefix(room)))
        units += before + min(word.count, room)
        pendingSpace = false
        if word.count > room { units = Self.longest }
        return word.count <= room
    }

    /// Adds one character; false when it does not fit.
    private mutating func add(_ character: UnsafeRawBufferPointer) -> Bool {
        switch Self.shape(character) {
        case .space:
            pendingSpace = !output.isEmpty
            pendingInvisible.removeAll(keepingCapacity: true)
        case .invisible:
            if !pendingSpace, !output.isEmpty, pendingInvisible.count < 16 {
                pendingInvisible.append(contentsOf: character)
            }
        case .visible:
            let space = pendingSpace ? 1 : 0
            let needed = space + pendingInvisible.count / 3 + (character.count == 4 ? 2 : 1)
            guard units + needed <= Self.longest else {
                units = Self.longest
                return false
            }
            if pendingSpace { output.append(ASCII.space) }
            takeInvisible()
            output.append(contentsOf: character)
            units += needed
            pendingSpace = false
        }
        return true
    }

    private mutating func takeInvisible() {
        guard !pendingInvisible.isEmpty else { return }
        output.append(contentsOf: pendingInvisible)
        pendingInvisible.removeAll(keepingCapacity: true)
    }

    private enum Shape { case space, invisible, visible }

    private static func shape(_ character: UnsafeRawBufferPointer) -> Shape {
        let lead = character[0]
        if lead < 0x80 { return lead <= 0x20 || lead == 0x7F ? .space : .visible }
        switch character.count {
        case 2:
            let second = character[1]
            // U+0080 to U+00A0; U+00AD, the soft hyphen; U+034F.
            if lead == 0xC2 { return second <= 0xA0 ? .space : second == 0xAD ? .space : .visible }
            return lead == 0xCD && second == 0x8F ? .space : .visible
        case 3:
            let second = character[1]
            let third = character[2]
            if lead == 0xE2, second == 0x80 {
                // U+2000 to U+200A are spaces, U+200B has no width, U+200C and U+200D join; U+200E and on direct.
                if third <= 0x8B || third == 0xA8 || third == 0xA9 || third == 0xAF { return .space }
                if third <= 0x8F { return .invisible }
            }
            if lead == 0xE2, second == 0x81, third >= 0x9F, third <= 0xAF { return third == 0x9F ? .space : .invisible }
            if lead == 0xE3, second == 0x80, third == 0x80 { return .space }
            return lead == 0xEF && second == 0xBB && third == 0xBF ? .space : .visible
        default:
            return .visible
        }
    }
}
