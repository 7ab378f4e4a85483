/// A stretch of a new listing whose sizes come in the order in which they came in an old one.
struct AlignedRun: Hashable, Sendable {
    /// Where it begins in each.
    var new: Int
    var old: Int
    var count: Int
}

/// Finds where a listing whose unique-ids are unknown says the same as an earlier one, by sizes alone.
///
/// First what both have in common at their beginnings and ends; then, between, stretches that begin at a group of sizes
/// which each listing has exactly once. A size of 0 is no size.
enum RunFinder {
    /// Shorter stretches prove nothing.
    static let least = 20

    static func runs(new: [Int], old: [Int]) -> [AlignedRun] {
        var runs: [AlignedRun] = []
        var start = 0
        while start < min(new.count, old.count), new[start] == old[start], new[start] > 0 { start += 1 }
        if start >= least { runs.append(AlignedRun(new: 0, old: 0, count: start)) } else { start = 0 }
        var tail = 0
        while start + tail < min(new.count, old.count) {
            let size = new[new.count - 1 - tail]
            guard size == old[old.count - 1 - tail], size > 0 else { break }
            tail += 1
        }
        if tail >= least {
            runs.append(AlignedRun(new: new.count - tail, old: old.count - tail, count: tail))
        } else {
            tail = 0
        }
        return runs + between(new, start..<new.count - tail, old, start..<old.count - tail)
    }

    private static func between(
        _ new: [Int], _ newRange: Range<Int>, _ old: [Int], _ oldRange: Range<Int>
    ) -> [AlignedRun] {
        guard newRange.count >= least, oldRange.count >= least else { return [] }
        let oldGroups = Groups(old, oldRange)
        let newGroups = Groups(new, newRange)
        var used = [Bool](repeating: false, count: oldRange.count)
        var runs: [AlignedRun] = []
        var free = newRange.lowerBound
        var position = newRange.lowerBound
        while position + least <= newRange.upperBound {
            guard let hash = newGroups.hash(at: position), newGroups.only(hash) == position,
                let match = oldGroups.only(hash),
                new[position..<position + least].elementsEqual(old[match..<match + least])
            else {
                position += 1
                continue
            }
            var run = AlignedRun(new: position, old: match, count: 0)
            while run.new > free, run.old > oldRange.lowerBound, new[run.new - 1] == old[run.old - 1],
                new[run.new - 1] > 0, !used[run.old - 1 - oldRange.lowerBound]
            {
                run.new -= 1
                run.old -= 1
            }
            while run.new + run.count < newRange.upperBound, run.old + run.count < oldRange.upperBound,
                new[run.new + run.count] == old[run.old + run.count], new[run.new + run.count] > 0,
                !used[run.old + run.count - oldRange.lowerBound]
            {
                used[run.old + run.count - oldRange.lowerBound] = true
                run.count += 1
            }
            if run.count >= least { runs.append(run) }
            free = run.new + max(run.count, 1)
            position = max(free, position + 1)
        }
        return runs
    }

    /// The hashes of every `least` sizes in a row, and which of them occur once.
    private struct Groups {
        private let start: Int
        private var hashes: [Int?] = []
        private var places: [Int: Int] = [:]

        init(_ sizes: [Int], _ range: Range<Int>) {
            start = range.lowerBound
            var power = 1
            for _ in 1..<least { power &*= 1_000_003 }
            var hash = 0
            var zeros = 0
            for index in range {
                hash = hash &* 1_000_003 &+ sizes[index]
                if sizes[index] <= 0 { zeros += 1 }
                let first = index - least + 1
                guard first >= range.lowerBound else { continue }
                hashes.append(zeros == 0 ? hash : nil)
                if zeros == 0 { places[hash] = places[hash] == nil ? first : -1 }
                hash &-= sizes[first] &* power
                if sizes[first] <= 0 { zeros -= 1 }
            }
        }

        func hash(at position: Int) -> Int? { hashes[position - start] }

        /// Where the only group of this hash begins.
        func only(_ hash: Int) -> Int? {
            guard let place = places[hash], place >= 0 else { return nil }
            return place
        }
    }
}
