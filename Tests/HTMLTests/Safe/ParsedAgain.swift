@testable import HTML

/// A tree in words, text that touches joined: what two parsers of the same HTML can be compared by.
enum ParsedAgain {
    /// The tree of a whole message as it was read, and that of what was written of it.
    static func trees(_ html: [UInt8]) -> (read: String, again: String, html: [UInt8]) {
        html.withUnsafeBytes { bytes in
            let images = SafeImages { _ in nil }
            var reader = SafeHTMLReader(bytes, images: images, limits: .init(), sheetOctets: 0)
            let tree = reader.read().tree
            let written = HTMLSerializer.write(tree)
            return (words(tree), words(parse(written)), written)
        }
    }

    /// Every tag and attribute as it stands.
    private static func parse(_ html: [UInt8]) -> HTMLTree {
        html.withUnsafeBytes { bytes in
            var limits = HTMLTreeBuilder.Limits()
            limits.depth += 1
            limits.nodes += 1
            limits.octets = .max
            var builder = HTMLTreeBuilder(limits: limits)
            var tokenizer = HTMLTokenizer(bytes)
            while let token = tokenizer.next() {
                switch token {
                case .text(let range, _): builder.text(HTMLCharacters.decode(bytes, range, isValue: false))
                case .startTag(let tag):
                    if let known = HTMLTag(named: HTMLAttributeReader.name(bytes, tag.name)) {
                        builder.start(known, attributes(bytes, tag.attributes))
                    }
                case .endTag(let tag):
                    if let known = HTMLTag(named: HTMLAttributeReader.name(bytes, tag.name)) { builder.end(known) }
                case .markup: break
                }
            }
            return builder.tree
        }
    }

    private static func attributes(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> [HTMLAttribute] {
        var reader = HTMLAttributeReader(bytes, range)
        var found: [HTMLAttribute] = []
        while let (name, value) = reader.next() {
            let text = HTMLCharacters.decode(bytes, value, isValue: true)
            found.append(HTMLAttribute(name: name, value: String(decoding: text, as: UTF8.self)))
        }
        return found
    }

    private static func words(_ tree: HTMLTree) -> String {
        var words: [UInt8] = []
        func write(_ node: Int) {
            switch tree.nodes[node].content {
            case .text(let range): words += tree.text[range]
            case .element(let tag, let attributes):
                words += "{\(tag)".utf8
                for attribute in attributes { words += " \(attribute.name)=[\(attribute.value)]".utf8 }
                words += ":".utf8
                for child in tree.children(node) { write(child) }
                words += "}".utf8
            }
        }
        // The root of what was parsed again holds the root of what was read.
        let isAgain = tree.attributes(HTMLTree.root).isEmpty
        for node in isAgain ? tree.children(HTMLTree.root) : [HTMLTree.root] { write(node) }
        return String(decoding: words, as: UTF8.self)
    }
}
