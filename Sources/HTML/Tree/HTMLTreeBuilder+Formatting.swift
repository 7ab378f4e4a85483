/// Formatting that other elements cut short, and that is closed in another order than it was opened (HTML standard
/// §13.2.4.3 and §13.2.6.4.7, "adoption agency").
extension HTMLTreeBuilder {
    /// Elements that may be taken up again at a time.
    static let maximumFormatting = 32
    /// Elements of one kind among them.
    private static let maximumAlike = 3

    mutating func remember(_ node: Int) {
        var alike: [Int] = []
        var count = 0
        for place in stride(from: formatting.count - 1, through: 0, by: -1) {
            guard case .element(let other) = formatting[place] else { break }
            work += 1
            count += 1
            if isAlike(other, node) { alike.append(place) }
        }
        if alike.count >= Self.maximumAlike, let oldest = alike.last {
            formatting.remove(at: oldest)
        } else if count >= Self.maximumFormatting {
            formatting.remove(at: formatting.count - count)
        }
        formatting.append(.element(node))
    }

    private func isAlike(_ first: Int, _ second: Int) -> Bool {
        tree.tag(first) == tree.tag(second) && tree.attributes(first) == tree.attributes(second)
    }

    /// Opens again what was cut short, since text or a part of a line follows.
    mutating func reconstructFormatting() {
        var start = formatting.count
        while start > 0, case .element(let node) = formatting[start - 1], stack.lastIndex(of: node) == nil {
            work += 1
            start -= 1
        }
        for place in start..<formatting.count {
            guard case .element(let node) = formatting[place], let tag = tree.tag(node),
                let copy = insert(tag, tree.attributes(node))
            else { return }
            formatting[place] = .element(copy)
        }
    }

    /// A link does not stand in a link: the open one ends where another begins.
    mutating func endOpenLink() {
        guard let place = lastFormatting(.a), case .element(let node) = formatting[place] else { return }
        endFormatting(.a)
        formatting.removeAll { $0 == .element(node) }
        if let place = stack.firstIndex(of: node), place > 0 { stack.remove(at: place) }
    }

    private func lastFormatting(_ tag: HTMLTag) -> Int? {
        for place in stride(from: formatting.count - 1, through: 0, by: -1) {
            guard case .element(let node) = formatting[place] else { return nil }
            if tree.tag(node) == tag { return place }
        }
        return nil
    }

    mutating func endFormatting(_ tag: HTMLTag) {
        // The common case: the innermost element ends.
        if currentTag == tag, stack.count > 1, !formatting.contains(.element(current)) { return pop() }
        for _ in 0..<8 {
            guard let entry = lastFormatting(tag), case .element(let element) = formatting[entry] else {
                return endUnremembered(tag)
            }
            guard let place = stack.lastIndex(of: element) else {
                formatting.remove(at: entry)
                return
            }
            if stack[place...].contains(where: { tree.tag($0)?.isScope == true }) { return }
            work += stack.count - place
            guard let block = stack[place...].firstIndex(where: { tree.tag($0)?.isSpecial == true }) else {
                popThrough(place)
                formatting.remove(at: entry)
                return
            }
            guard adopt(element, at: place, remembered: entry, block: block) else { return }
        }
    }

    private mutating func endUnremembered(_ tag: HTMLTag) {
        for place in stride(from: stack.count - 1, to: 0, by: -1) {
            work += 1
            let open = self.tag(at: place)
            if open == tag { return popThrough(place) }
            if open.isSpecial { return }
        }
    }

    /// Takes the block at `block` out of the formatting around it, which goes on inside of the block. False when there is
    /// no room.
    private mutating func adopt(_ element: Int, at place: Int, remembered entry: Int, block: Int) -> Bool {
        guard let tag = tree.tag(element) else { return false }
        let ancestor = stack[place - 1]
        let furthest = stack[block]
        var bookmark = entry
        var last = furthest
        var inner = 0
        var index = block - 1
        var furthestPlace = block
        while index > place {
            inner += 1
            work += 1
            let node = stack[index]
            let known = formatting.firstIndex(of: .element(node))
            guard let known, inner <= 3, let nodeTag = tree.tag(node),
                let copy = make(nodeTag, tree.attributes(node))
            else {
                if let known {
                    formatting.remove(at: known)
                    if known < bookmark { bookmark -= 1 }
                }
                stack.remove(at: index)
                furthestPlace -= 1
                index -= 1
                continue
            }
            formatting[known] = .element(copy)
            stack[index] = copy
            if last == furthest { bookmark = known + 1 }
            tree.detach(last)
            tree.append(last, to: copy)
            last = copy
            index -= 1
        }
        tree.detach(last)
        tree.append(last, to: ancestor)
        guard let copy = make(tag, tree.attributes(element)) else { return false }
        tree.moveChildren(of: furthest, to: copy)
        tree.append(copy, to: furthest)
        if let old = formatting.firstIndex(of: .element(element)) {
            formatting.remove(at: old)
            if old < bookmark { bookmark -= 1 }
        }
        formatting.insert(.element(copy), at: min(max(bookmark, 0), formatting.count))
        stack.remove(at: place)
        stack.insert(copy, at: furthestPlace)
        return true
    }
}
