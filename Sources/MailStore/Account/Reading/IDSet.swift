/// Ids as bits. The store counts them up from one, so that sets of many are small, and quicker than a hash table or one of
/// SQLite's.
struct IDSet {
    private var words: [UInt64] = []
    /// Beyond what has a bit: nobody has so many emails, but nothing that a damaged file says may fill the memory.
    private var far: Set<Int64> = []

    private static let bits: Int64 = 1 << 27

    @discardableResult
    mutating func insert(_ id: Int64) -> Bool {
        guard (0..<Self.bits).contains(id) else { return far.insert(id).inserted }
        let (word, bit) = (Int(id >> 6), UInt64(1) << UInt64(id & 63))
        if word >= words.count {
            words.append(contentsOf: repeatElement(0, count: max(word + 1, 2 * words.count) - words.count))
        }
        guard words[word] & bit == 0 else { return false }
        words[word] |= bit
        return true
    }

    func contains(_ id: Int64) -> Bool {
        guard (0..<Self.bits).contains(id) else { return far.contains(id) }
        let word = Int(id >> 6)
        return word < words.count && words[word] & UInt64(1) << UInt64(id & 63) != 0
    }
}
