extension HTMLTreeBuilder {
    mutating func startTable(_ attributes: [HTMLAttribute]) {
        if currentTag.holdsTableParts, let place = placeOfTable() { popThrough(place) }
        // The table may have stood in another's row: then that has no cell yet.
        if currentTag.holdsTableParts { openCell() }
        guard !currentTag.holdsTableParts else { return }
        if let place = place(of: .p) { popThrough(place) }
        insert(.table, attributes)
    }

    /// A table's part, with the parts around it that go without saying.
    mutating func startPart(_ tag: HTMLTag, _ attributes: [HTMLAttribute]) {
        guard let table = placeOfTable() else { return }
        // A part ends the cell or caption that is open, and all in it.
        if let cell = placeOfCell(above: table) { closeCell(at: cell) }
        switch tag {
        case .caption:
            popThrough(table + 1)
            if insert(tag, attributes) != nil { formatting.append(.marker) }
        case .colgroup, .thead, .tbody, .tfoot:
            popThrough(table + 1)
            insert(tag, attributes)
        case .col:
            if currentTag != .colgroup {
                popThrough(table + 1)
                insert(.colgroup, [])
            }
            if currentTag == .colgroup { insert(tag, attributes) }
        case .tr:
            openGroup(table)
            if currentTag.isTableGroup { insert(tag, attributes) }
        default:
            openRow(table)
            if currentTag == .tr, insert(tag, attributes) != nil { formatting.append(.marker) }
        }
    }

    mutating func endPart(_ tag: HTMLTag) {
        guard let table = placeOfTable() else { return }
        switch tag {
        case .table:
            if let cell = placeOfCell(above: table) { closeCell(at: cell) }
            popThrough(table)
        case .td, .th, .caption:
            if let cell = placeOfCell(above: table), self.tag(at: cell) == tag { closeCell(at: cell) }
        default:
            guard let place = stack[table...].firstIndex(where: { tree.tag($0) == tag }) else { return }
            if let cell = placeOfCell(above: table), cell > place { closeCell(at: cell) }
            popThrough(place)
        }
    }

    /// Opens a cell for what stands outside of all.
    mutating func openCell() {
        guard let table = placeOfTable() else { return }
        openRow(table)
        if currentTag == .tr, insert(.td, []) != nil { formatting.append(.marker) }
    }

    private mutating func openGroup(_ table: Int) {
        let group = table + 1
        if stack.count > group, self.tag(at: group).isTableGroup {
            popThrough(group + 1)
        } else {
            popThrough(group)
            insert(.tbody, [])
        }
    }

    private mutating func openRow(_ table: Int) {
        if stack.count > table + 2, self.tag(at: table + 2) == .tr {
            popThrough(table + 3)
        } else {
            openGroup(table)
            if currentTag.isTableGroup { insert(.tr, []) }
        }
    }

    /// The innermost open table.
    private func placeOfTable() -> Int? { stack.lastIndex { tree.tag($0) == .table } }

    /// The cell or caption that is open in the table at `place`: right below its row, or below itself.
    private func placeOfCell(above table: Int) -> Int? {
        for place in table + 1..<min(stack.count, table + 4) where place < stack.count {
            let tag = self.tag(at: place)
            if tag.isCell || tag == .caption { return place }
        }
        return nil
    }

    /// Ends a cell or caption and the formatting that began in it.
    private mutating func closeCell(at place: Int) {
        popThrough(place)
        while let last = formatting.popLast(), last != .marker { work += 1 }
    }
}
