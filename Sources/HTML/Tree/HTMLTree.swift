/// An attribute that may be shown to a browser as it is: its value decoded, without the quotes.
struct HTMLAttribute: Equatable, Sendable {
    var name: String
    var value: String
}

/// Elements and text in one array, linked by their places in it. The first is the root.
struct HTMLTree {
    enum Content: Sendable {
        case element(HTMLTag, [HTMLAttribute])
        /// Octets of the tree's text, entities decoded.
        case text(Range<Int>)
    }

    struct Node: Sendable {
        var content: Content
        var parent = -1
        var first = -1
        var last = -1
        var next = -1
        var previous = -1

        var tag: HTMLTag? {
            if case .element(let tag, _) = content { tag } else { nil }
        }
    }

    private(set) var nodes: [Node]
    private(set) var text: [UInt8] = []

    static let root = 0

    init(root: HTMLTag = .div, attributes: [HTMLAttribute] = []) {
        nodes = [Node(content: .element(root, attributes))]
    }

    func tag(_ node: Int) -> HTMLTag? { nodes[node].tag }

    func attributes(_ node: Int) -> [HTMLAttribute] {
        if case .element(_, let attributes) = nodes[node].content { attributes } else { [] }
    }

    func children(_ node: Int) -> [Int] {
        var children: [Int] = []
        var child = nodes[node].first
        while child >= 0 {
            children.append(child)
            child = nodes[child].next
        }
        return children
    }

    mutating func set(_ attributes: [HTMLAttribute], of node: Int) {
        guard case .element(let tag, _) = nodes[node].content else { return }
        nodes[node].content = .element(tag, attributes)
    }

    mutating func make(_ tag: HTMLTag, _ attributes: [HTMLAttribute]) -> Int {
        nodes.append(Node(content: .element(tag, attributes)))
        return nodes.count - 1
    }

    /// Makes `node`, which has no parent, the last child of `parent`.
    mutating func append(_ node: Int, to parent: Int) {
        let last = nodes[parent].last
        nodes[node].parent = parent
        nodes[node].previous = last
        nodes[node].next = -1
        if last >= 0 { nodes[last].next = node } else { nodes[parent].first = node }
        nodes[parent].last = node
    }

    mutating func detach(_ node: Int) {
        let (parent, previous, next) = (nodes[node].parent, nodes[node].previous, nodes[node].next)
        guard parent >= 0 else { return }
        if previous >= 0 { nodes[previous].next = next } else { nodes[parent].first = next }
        if next >= 0 { nodes[next].previous = previous } else { nodes[parent].last = previous }
        nodes[node].parent = -1
        nodes[node].previous = -1
        nodes[node].next = -1
    }

    mutating func moveChildren(of node: Int, to parent: Int) {
        var child = nodes[node].first
        while child >= 0 {
            let next = nodes[child].next
            detach(child)
            append(child, to: parent)
            child = next
        }
    }

    /// Whether `parent` begins with text.
    func isEmpty(_ parent: Int) -> Bool { nodes[parent].first < 0 }

    /// Adds text at the end of `parent`, to the text that stands there already if it is the newest.
    mutating func append(text octets: some Collection<UInt8>, to parent: Int) {
        guard !octets.isEmpty else { return }
        let start = text.count
        text.append(contentsOf: octets)
        let last = nodes[parent].last
        if last >= 0, case .text(let range) = nodes[last].content, range.upperBound == start {
            nodes[last].content = .text(range.lowerBound..<text.count)
            return
        }
        nodes.append(Node(content: .text(start..<text.count)))
        append(nodes.count - 1, to: parent)
    }
}
