/// The emails that the text index found, in the order of their ids.
struct TextHits {
    private let ids: [Int64]

    init(_ ids: [Int64]) { self.ids = ids }

    var count: Int { ids.count }

    func contains(_ id: Int64) -> Bool {
        var (low, high) = (0, ids.count)
        while low < high {
            let middle = low + (high - low) / 2
            if ids[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low < ids.count && ids[low] == id
    }
}
