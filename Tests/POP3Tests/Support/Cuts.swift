import Foundation
import NIOCore

/// How a stream of octets is cut into what arrives at once.
enum Cuts: Sendable, CustomStringConvertible {
    case whole
    case bytes
    case random(seed: UInt64)

    var description: String {
        switch self {
        case .whole: "whole"
        case .bytes: "octet by octet"
        case .random(let seed): "seed \(seed)"
        }
    }

    static let few: [Cuts] = [.whole, .bytes] + (1...6).map { .random(seed: $0) }

    func pieces(of bytes: [UInt8]) -> [ByteBuffer] {
        switch self {
        case .whole: return bytes.isEmpty ? [] : [ByteBuffer(bytes: bytes)]
        case .bytes: return bytes.map { ByteBuffer(bytes: [$0]) }
        case .random(let seed):
            var random = SeededRandom(seed: seed &+ UInt64(bytes.count))
            var pieces: [ByteBuffer] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...(Bool.random(using: &random) ? 4 : 60), using: &random)
                pieces.append(ByteBuffer(bytes: rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            return pieces
        }
    }
}

/// SplitMix64: the same numbers for the same seed, everywhere.
struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// With `RESTANTE_SEED`, all other numbers.
    init(seed: UInt64) { state = seed &+ Self.shift }

    /// How many rounds a property is tried for: `RESTANTE_ROUNDS`, else 500.
    static let rounds = environment("RESTANTE_ROUNDS").flatMap { Int($0) } ?? 500
    private static let shift = environment("RESTANTE_SEED").flatMap { UInt64($0) } ?? 0

    private static func environment(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func bytes(_ count: Int, from alphabet: [UInt8]) -> [UInt8] {
        (0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &self)] }
    }
}
