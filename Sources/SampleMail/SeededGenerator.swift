import Foundation

/// A small generator whose whole sequence follows from its seed (SplitMix64), so that a corpus is the same everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A sequence of its own for each (corpus, message, purpose): drawing more in one never moves another.
    init(seed: UInt64, index: Int, purpose: Purpose) {
        var mixer = SeededGenerator(seed: seed)
        let base = mixer.next() ^ purpose.rawValue
        mixer = SeededGenerator(seed: base &+ UInt64(bitPattern: Int64(index)) &* 0xD6E8_FEB8_6659_FD93)
        state = mixer.next()
    }

    enum Purpose: UInt64 {
        case lineage = 0x11
        case envelope = 0x22
        case body = 0x33
        case filler = 0x44
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// A number from 0 to `bound` - 1; 0 when `bound` is not positive.
    mutating func below(_ bound: Int) -> Int {
        bound > 0 ? Int(next() % UInt64(bound)) : 0
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// True once in 1 / `probability` draws.
    mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    /// From 0 up to, not including, 1.
    mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

    /// Normally distributed around 0 with deviation 1 (Box and Muller's transform).
    mutating func gauss() -> Double {
        let radius = (-2 * log(1 - unit())).squareRoot()
        return radius * cos(2 * Double.pi * unit())
    }
}
