/// Paragraphs of drawn words, in one charset.
struct SampleText {
    private let words: [[UInt8]]
    private let quoteLine: [UInt8]
    private let signature: [UInt8]
    private let isReply: Bool

    init(language: Language, charset: Charset, isReply: Bool, signature: String) {
        words = language.words.map(charset.encode)
        quoteLine = charset.encode(language.quoteLine)
        self.signature = charset.encode(signature)
        self.isReply = isReply
    }

    /// Lines ended by CRLF, at least `octets` of them in all and at most a line or two more.
    mutating func lines(_ subtype: Subtype, octets: Int, generator: inout SeededGenerator) -> [UInt8] {
        switch subtype {
        case .plain: plain(octets, &generator)
        case .html: html(octets, &generator)
        }
    }

    private func plain(_ size: Int, _ generator: inout SeededGenerator) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(size + 200)
        let ownSize = isReply ? size / 2 : size
        while text.count < ownSize - 24 { appendLine(to: &text, &generator) }
        if isReply {
            text += quoteLine + Self.lineEnd
            while text.count < size - 24 {
                text += "> ".utf8
                appendLine(to: &text, &generator)
            }
        }
        text += "-- \r\n".utf8
        text += signature + Self.lineEnd
        return text
    }

    private func html(_ size: Int, _ generator: inout SeededGenerator) -> [UInt8] {
        var text = Array("<!DOCTYPE html>\r\n<html><head><style>p { margin: 0 0 1em }</style></head><body>\r\n".utf8)
        text.reserveCapacity(size + 300)
        while text.count < size - 40 {
            text +=
                generator.chance(0.05)
                ? Array("<p><a href=\"https://www.example.org/?a=1&amp;b=2\">".utf8) : Array("<p>".utf8)
            text += generator.pick(words)
            text += generator.chance(0.1) ? Array("&nbsp;&eacute;&#8364;</a> ".utf8) : Array("</a> ".utf8)
            appendLine(to: &text, &generator)
            text += "</p>\r\n".utf8
        }
        text += "</body></html>\r\n".utf8
        return text
    }

    private func appendLine(to text: inout [UInt8], _ generator: inout SeededGenerator) {
        let end = text.count + 40 + generator.below(30)
        while text.count < end {
            text += words[generator.below(words.count)]
            text.append(0x20)
        }
        text[text.count - 1] = 0x0D
        text.append(0x0A)
    }

    private static let lineEnd: [UInt8] = [0x0D, 0x0A]
}
