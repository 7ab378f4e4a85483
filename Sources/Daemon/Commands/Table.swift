/// Rows of text in columns that line up, for people.
struct Table {
    let titles: [String]
    var rows: [[String]] = []

    var text: String {
        let all = [titles] + rows
        let widths = titles.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }.joined(separator: "  ").trimmed
        }.joined(separator: "\n")
    }
}
