/// Writes a tree as HTML that every parser reads alike: each element with its end tag, each value in double quotes, and
/// no sign of markup in text or values that is not escaped.
struct HTMLSerializer {
    private let tree: HTMLTree
    private var output: [UInt8] = []

    private init(_ tree: HTMLTree) {
        self.tree = tree
        output.reserveCapacity(tree.text.count + 32 * tree.nodes.count)
    }

    /// The root and all that is in it.
    static func write(_ tree: HTMLTree) -> [UInt8] {
        var serializer = HTMLSerializer(tree)
        serializer.write()
        return serializer.output
    }

    /// Depth first by the links alone: no stack grows with the depth.
    private mutating func write() {
        var node = HTMLTree.root
        while true {
            open(node)
            if tree.nodes[node].first >= 0 {
                node = tree.nodes[node].first
                continue
            }
            close(node)
            while node != HTMLTree.root, tree.nodes[node].next < 0 {
                node = tree.nodes[node].parent
                close(node)
            }
            guard node != HTMLTree.root else { return }
            node = tree.nodes[node].next
        }
    }

    private mutating func open(_ node: Int) {
        switch tree.nodes[node].content {
        case .text(let range):
            Self.escape(tree.text[range], isValue: false, into: &output)
        case .element(let tag, let attributes):
            output.append(0x3C)
            output.append(contentsOf: tag.rawValue.utf8)
            for attribute in attributes {
                output.append(0x20)
                output.append(contentsOf: attribute.name.utf8)
                output.append(contentsOf: "=\"".utf8)
                Self.escape(attribute.value.utf8, isValue: true, into: &output)
                output.append(0x22)
            }
            output.append(0x3E)
            if tag == .pre, beginsWithNewline(node) { output.append(0x0A) }
        }
    }

    /// A line's end right after `<pre>` is not part of its content, so one that is needs another before it.
    private func beginsWithNewline(_ node: Int) -> Bool {
        let first = tree.nodes[node].first
        guard first >= 0, case .text(let range) = tree.nodes[first].content else { return false }
        return tree.text[range].first == 0x0A
    }

    private mutating func close(_ node: Int) {
        guard let tag = tree.tag(node), !tag.isVoid else { return }
        output.append(0x3C)
        output.append(0x2F)
        output.append(contentsOf: tag.rawValue.utf8)
        output.append(0x3E)
    }

    static func escape(_ octets: some Sequence<UInt8>, isValue: Bool, into output: inout [UInt8]) {
        for octet in octets {
            switch octet {
            case 0x26: output.append(contentsOf: "&amp;".utf8)
            case 0x3C: output.append(contentsOf: "&lt;".utf8)
            case 0x3E: output.append(contentsOf: "&gt;".utf8)
            case 0x22 where isValue: output.append(contentsOf: "&#34;".utf8)
            case 0x27 where isValue: output.append(contentsOf: "&#39;".utf8)
            case 0x60 where isValue: output.append(contentsOf: "&#96;".utf8)
            // Line ends that would be folded are written so that they are read as they are.
            case 0x0D: output.append(contentsOf: "&#13;".utf8)
            default: output.append(octet)
            }
        }
    }
}
