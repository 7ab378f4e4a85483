/// Four megabytes of random base64 lines, drawn once for a corpus and cut from at random places.
struct Filler: Sendable {
    private static let lineCount = 54_000
    /// 76 characters and CRLF.
    static let lineLength = 78
    private let octets: [UInt8]

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed, index: 0, purpose: .filler)
        let alphabet = TransferEncoding.alphabet
        octets = [UInt8](unsafeUninitializedCapacity: Self.lineCount * Self.lineLength) { buffer, count in
            var place = 0
            for _ in 0..<Self.lineCount {
                var bits: UInt64 = 0
                for column in 0..<76 {
                    if column % 10 == 0 { bits = generator.next() }
                    buffer[place] = alphabet[Int(bits & 63)]
                    bits >>= 6
                    place += 1
                }
                buffer[place] = 0x0D
                buffer[place + 1] = 0x0A
                place += 2
            }
            count = place
        }
    }

    /// Appends whole lines, at least one and about `size` octets of them: base64 of random octets.
    func append(about size: Int, to message: inout [UInt8], generator: inout SeededGenerator) {
        var lines = max(1, size / Self.lineLength)
        var start = generator.below(Self.lineCount)
        while lines > 0 {
            let count = min(lines, Self.lineCount - start)
            message += octets[start * Self.lineLength..<(start + count) * Self.lineLength]
            lines -= count
            start = 0
        }
    }
}
