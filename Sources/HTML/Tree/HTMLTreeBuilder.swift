/// Builds a tree from tags and text as the HTML standard's tree construction does (§13.2.6), for the elements of
/// `HTMLTag` alone: implied ends, formatting that is taken up again, elements closed in another order than opened.
///
/// QUIRK: what stands in a table outside its cells gets a cell of its own; browsers put it before the table. What comes
/// out is the same tree when it is written and parsed again, which theirs is not.
struct HTMLTreeBuilder {
    /// Bounds on what a message may make.
    struct Limits: Sendable {
        /// Elements in one another.
        var depth = 200
        /// Elements and texts.
        var nodes = 100_000
        /// Octets of the tree written out, about.
        var octets = 8 << 20
    }

    /// A place in the list of formatting to take up again.
    enum Formatting: Equatable {
        /// What comes before does not count inside of a cell or caption.
        case marker
        case element(Int)
    }

    var tree: HTMLTree
    /// What is open, the root first.
    var stack: [Int] = [HTMLTree.root]
    var formatting: [Formatting] = []
    /// Whether something was left out since a bound was reached.
    private(set) var isFull = false
    private let limits: Limits
    private var octets = 0
    /// Right after `<pre>`, where a line's end is none.
    private var dropsNewline = false
    /// Steps through stacks and lists: what tests count to see that the work is linear.
    var work = 0

    init(root: HTMLTag = .div, attributes: [HTMLAttribute] = [], limits: Limits = Limits()) {
        tree = HTMLTree(root: root, attributes: attributes)
        self.limits = limits
    }

    var current: Int { stack[stack.count - 1] }
    /// The current element's name; the root stands for the body.
    var currentTag: HTMLTag { stack.count == 1 ? .div : tree.tag(current) ?? .div }

    func tag(at place: Int) -> HTMLTag { tree.tag(stack[place]) ?? .div }

    // MARK: What comes in

    mutating func text(_ octets: [UInt8]) {
        guard !octets.isEmpty else { return }
        var octets = octets[...]
        if dropsNewline, octets.first == 0x0A { octets = octets.dropFirst() }
        dropsNewline = false
        guard !octets.isEmpty else { return }
        if octets.allSatisfy(Self.isSpace) {
            if !currentTag.holdsTableParts { reconstructFormatting() }
        } else {
            if currentTag.holdsTableParts { openCell() }
            // A column group at the deepest level, where no cell can be opened.
            guard !currentTag.holdsTableParts else { return }
            reconstructFormatting()
        }
        let escapes = octets.reduce(0) { $1 == 0x26 || $1 == 0x3C || $1 == 0x3E ? $0 + 4 : $0 }
        guard spend(octets.count + escapes) else { return }
        tree.append(text: octets, to: current)
    }

    mutating func start(_ tag: HTMLTag, _ attributes: [HTMLAttribute]) {
        dropsNewline = false
        switch tag {
        case .table: startTable(attributes)
        case .caption, .colgroup, .col, .thead, .tbody, .tfoot, .tr, .td, .th: startPart(tag, attributes)
        default:
            if currentTag.holdsTableParts { openCell() }
            guard !currentTag.holdsTableParts else { return }
            startInBody(tag, attributes)
        }
    }

    mutating func end(_ tag: HTMLTag) {
        dropsNewline = false
        switch tag {
        case .table, .caption, .colgroup, .thead, .tbody, .tfoot, .tr, .td, .th: endPart(tag)
        case .br: start(.br, [])
        case .p:
            if !hasInScope(.p) { start(.p, []) }
            closeParagraph()
        case .li: endItem(.li, isList: true)
        case .dd, .dt: endItem(tag, isList: false)
        case .h1, .h2, .h3, .h4, .h5, .h6: endHeading()
        default:
            if tag.isVoid { return }
            if tag.isFormatting { return endFormatting(tag) }
            tag.isSpecial ? endBlock(tag) : endOther(tag)
        }
    }

    // MARK: Bodies

    private mutating func startInBody(_ tag: HTMLTag, _ attributes: [HTMLAttribute]) {
        switch tag {
        case .li, .dd, .dt: closeItem(tag)
        case .rt, .rp:
            if currentTag == .rt || currentTag == .rp { pop() }
        default: break
        }
        if tag.endsParagraph { closeParagraph() }
        if tag.isHeading { closeHeading() }
        if tag == .a { endOpenLink() }
        if !tag.endsParagraph { reconstructFormatting() }
        guard let node = insert(tag, attributes) else { return }
        if tag.isFormatting { remember(node) }
        if tag == .pre { dropsNewline = true }
    }

    /// Ends the open item that a new one follows.
    private mutating func closeItem(_ tag: HTMLTag) {
        for place in stride(from: stack.count - 1, to: 0, by: -1) {
            work += 1
            let open = self.tag(at: place)
            if tag == .li ? open == .li : open == .dd || open == .dt { return popThrough(place) }
            if open.isSpecial, open != .address, open != .div, open != .p { return }
        }
    }

    /// Ends the open heading, unless the new one is in another block of it.
    private mutating func closeHeading() {
        for place in stride(from: stack.count - 1, to: 0, by: -1) {
            work += 1
            let open = self.tag(at: place)
            if open.isHeading { return popThrough(place) }
            if open.isSpecial { return }
        }
    }

    private mutating func closeParagraph() {
        guard let place = place(of: .p) else { return }
        popThrough(place)
    }

    private mutating func endItem(_ tag: HTMLTag, isList: Bool) {
        for place in stride(from: stack.count - 1, to: 0, by: -1) {
            work += 1
            let open = self.tag(at: place)
            if open == tag { return popThrough(place) }
            if open.isScope || (isList && (open == .ol || open == .ul)) { return }
        }
    }

    private mutating func endHeading() {
        for place in stride(from: stack.count - 1, to: 0, by: -1) {
            work += 1
            let open = self.tag(at: place)
            if open.isHeading { return popThrough(place) }
            if open.isScope { return }
        }
    }

    private mutating func endBlock(_ tag: HTMLTag) {
        guard let place = place(of: tag) else { return }
        popThrough(place)
    }

    private mutating func endOther(_ tag: HTMLTag) {
        for place in stride(from: stack.count - 1, to: 0, by: -1) {
            work += 1
            let open = self.tag(at: place)
            if open == tag { return popThrough(place) }
            if open.isSpecial { return }
        }
    }

    // MARK: The stack

    /// Where the innermost open `tag` is that no table or cell hides; nil when there is none.
    func place(of tag: HTMLTag) -> Int? {
        for place in stride(from: stack.count - 1, to: 0, by: -1) {
            let open = self.tag(at: place)
            if open == tag { return place }
            if open.isScope { return nil }
        }
        return nil
    }

    func hasInScope(_ tag: HTMLTag) -> Bool { place(of: tag) != nil }

    mutating func pop() {
        guard stack.count > 1 else { return }
        stack.removeLast()
        work += 1
    }

    /// Ends what is open from the top of the stack to `place`, that included.
    mutating func popThrough(_ place: Int) {
        while stack.count > max(place, 1) { pop() }
    }

    /// Opens an element in the current one; nil when a bound is reached.
    @discardableResult
    mutating func insert(_ tag: HTMLTag, _ attributes: [HTMLAttribute]) -> Int? {
        guard stack.count <= limits.depth || tag.isVoid else { return nil }
        guard let node = make(tag, attributes) else { return nil }
        tree.append(node, to: current)
        if !tag.isVoid { stack.append(node) }
        return node
    }

    /// An element without a place; nil when the tree has no room for it.
    mutating func make(_ tag: HTMLTag, _ attributes: [HTMLAttribute]) -> Int? {
        let size = attributes.reduce(2 * tag.rawValue.utf8.count + 5) {
            $0 + $1.name.utf8.count + $1.value.utf8.count + 4
        }
        guard spend(size) else { return nil }
        return tree.make(tag, attributes)
    }

    private mutating func spend(_ size: Int) -> Bool {
        guard tree.nodes.count < limits.nodes, size <= limits.octets - octets else {
            isFull = true
            return false
        }
        octets += size
        return true
    }

    static func isSpace(_ octet: UInt8) -> Bool { octet == 0x20 || octet &- 9 < 5 }
}
