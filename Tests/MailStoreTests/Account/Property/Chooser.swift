import MailModel

/// Random choices that a seed repeats (SplitMix64).
struct Chooser: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    mutating func one<T>(_ items: [T]) -> T? { items.randomElement(using: &self) }

    /// A few of these, at least one if there is any.
    mutating func some<T: Hashable & Comparable>(_ items: some Sequence<T>, atMost limit: Int = 3) -> Set<T> {
        let all = items.sorted()
        guard !all.isEmpty else { return [] }
        return Set((0..<number(1...limit)).compactMap { _ in all.randomElement(using: &self) })
    }

    mutating func keywords() -> Set<Keyword> {
        let all: [Keyword] = [.seen, .draft, .flagged, .answered] + ["work", "later"].compactMap { Keyword($0) }
        return chance(40) ? [] : some(all)
    }
}
