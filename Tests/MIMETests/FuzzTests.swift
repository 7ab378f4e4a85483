import Glibc
import MIME
import Testing

/// Rounds of random tests: RESTANTE_ROUNDS, else 500.
let rounds: Int = getenv("RESTANTE_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 500

/// The same numbers for the same seed, everywhere (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

@Suite struct FuzzTests {
    /// What mutations insert: everything that has a meaning somewhere.
    private static let tokens: [[UInt8]] =
        [
            "\r\n", "\r", "\n", "\r\n\r\n", "\0", " ", "\t", ":", ";", ",", "<", ">", "(", ")", "\"", "\\", "@", "[",
            "]", "=", "=?", "?=",
            "=?utf-8?q?", "=?iso-2022-jp?b?", "--", "--b", "--b--", "--b0", "--b0--", "--b1", "Content-Type:",
            "multipart/mixed",
            "boundary=b", "boundary=\"",
            "message/rfc822", "charset=", "charset=utf-16", "charset=iso-2022-kr", "base64", "quoted-printable",
            "Content-Transfer-Encoding:", "filename*0*=", "filename*1=", "'", "%", "&", "&#x", "<p", "</", "<!--",
            "-->", "<script>", "é",
            "😀", "Subject:", "From:", "Date:", "Received:", "From ", "+", "~{", "\u{1B}$B", "\u{FFFD}",
        ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80]]

    func mutate(_ message: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var octets = message
        for _ in 0..<Int.random(in: 1...12, using: &random) {
            let place = Int.random(in: 0...octets.count, using: &random)
            let end = min(octets.count, place + Int.random(in: 0...40, using: &random))
            switch Int.random(in: 0..<6, using: &random) {
            case 0: octets.replaceSubrange(place..<end, with: [])
            case 1:
                octets.insert(
                    contentsOf: Array(octets[place..<end]), at: Int.random(in: 0...octets.count, using: &random))
            case 2: octets.insert(.random(in: 0...255, using: &random), at: place)
            case 3: if place < octets.count { octets[place] ^= 1 << UInt8.random(in: 0...7, using: &random) }
            case 4: octets.removeSubrange(end..<octets.count)
            default: octets.insert(contentsOf: Self.tokens.randomElement(using: &random) ?? [], at: place)
            }
        }
        return octets
    }

    @Test func mutatedMessagesNeverTrapAndRangesLieInside() throws {
        let messages = try Corpus.messages().map(\.octets)
        try #require(!messages.isEmpty)
        var random = SeededGenerator(seed: 20_260_101)
        for _ in 0..<rounds {
            parseAndCheck(mutate(messages.randomElement(using: &random) ?? [], &random))
        }
    }

    @Test func noiseNeverTraps() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<rounds {
            var octets: [UInt8] = []
            for _ in 0..<Int.random(in: 0...60, using: &random) {
                octets += Self.tokens.randomElement(using: &random) ?? []
                if Bool.random(using: &random) { octets.append(.random(in: 0x20...0x7E, using: &random)) }
            }
            parseAndCheck(octets)
        }
    }
}
