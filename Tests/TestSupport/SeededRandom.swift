import Foundation

/// SplitMix64: the same numbers from the same seed, so that a failing round can be run again.
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// How many rounds a property is tried for: `RESTANTE_ROUNDS`, else 500.
    public static var rounds: Int { environment("RESTANTE_ROUNDS").flatMap { Int($0) } ?? 500 }
    /// `RESTANTE_SEED`, else a fixed one.
    public static var seed: UInt64 { environment("RESTANTE_SEED").flatMap { UInt64($0) } ?? 8620 }

    private static func environment(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }
}
