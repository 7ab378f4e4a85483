/// In which order the records of one call are made when some refer to others by their creation ids (RFC 8620 §5.3).
enum CreationOrder {
    /// Waves of indices: all that a record refers to of the same call is in an earlier wave. Records that wait for
    /// themselves in a circle, and what waits for those, come last: what they refer to is never there.
    static func waves(_ records: [(creationID: String, references: [String])]) -> [[Int]] {
        let indices = Dictionary(
            records.enumerated().map { ($0.element.creationID, $0.offset) }, uniquingKeysWith: { first, _ in first })
        var waiting = [Int](repeating: 0, count: records.count)
        var dependents = [[Int]](repeating: [], count: records.count)
        for (index, record) in records.enumerated() {
            for needed in Set(record.references.compactMap { indices[$0] }) {
                waiting[index] += 1
                dependents[needed].append(index)
            }
        }
        var waves: [[Int]] = []
        var wave = records.indices.filter { waiting[$0] == 0 }
        var left = Set(records.indices)
        while !wave.isEmpty {
            waves.append(wave)
            left.subtract(wave)
            var next: [Int] = []
            for index in wave {
                for dependent in dependents[index] {
                    waiting[dependent] -= 1
                    if waiting[dependent] == 0 { next.append(dependent) }
                }
            }
            wave = next.sorted()
        }
        if !left.isEmpty { waves.append(left.sorted()) }
        return waves
    }
}
