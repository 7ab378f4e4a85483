/// The boundaries of the multiparts that are open at a place, outermost first, found by the line that may be one of their
/// delimiters without trying each.
///
/// A line is a delimiter when it is `--`, the boundary, perhaps `--`, and white space; the whole line counts, so that
/// `--ab` is no delimiter of the boundary `a` (docs/decisions/0007).
struct BoundarySet {
    struct Match: Equatable {
        /// Which open multipart, counted from the outermost.
        var level: Int
        var isClose: Bool
    }

    /// Longer boundaries are not looked for; RFC 2046 §5.1.1 allows 70 octets.
    static let longest = 255

    private struct Entry {
        let boundary: [UInt8]
        let hash: UInt64
        /// The next open multipart outwards whose boundary has the same hash.
        let shadowed: Int?
    }

    private var entries: [Entry] = []
    private var innermost: [UInt64: Int] = [:]
    /// Octets and entries looked at: what tests count to see that the work is linear.
    private(set) var work = 0

    var isEmpty: Bool { entries.isEmpty }
    var count: Int { entries.count }

    mutating func push(_ boundary: [UInt8]) {
        let hash = boundary.withUnsafeBytes { Self.hash($0, 0..<$0.count) }
        entries.append(Entry(boundary: boundary, hash: hash, shadowed: innermost[hash]))
        innermost[hash] = entries.count - 1
    }

    mutating func pop() {
        guard let entry = entries.popLast() else { return }
        innermost[entry.hash] = entry.shadowed
    }

    /// The delimiter that the line `start..<lineEnd`, which begins with `--`, is; nil for any other line.
    mutating func match(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ lineEnd: Int) -> Match? {
        var end = lineEnd
        while end > start + 2, ASCII.isWhiteSpace(bytes[end - 1]) { end -= 1 }
        let content = start + 2..<end
        work += lineEnd - start
        if let level = level(of: content, bytes) { return Match(level: level, isClose: false) }
        guard content.count >= 2, bytes[end - 1] == ASCII.hyphen, bytes[end - 2] == ASCII.hyphen else { return nil }
        return level(of: content.lowerBound..<end - 2, bytes).map { Match(level: $0, isClose: true) }
    }

    private mutating func level(of range: Range<Int>, _ bytes: UnsafeRawBufferPointer) -> Int? {
        guard !range.isEmpty, range.count <= Self.longest else { return nil }
        var candidate = innermost[Self.hash(bytes, range)]
        while let level = candidate {
            work += 1
            let entry = entries[level]
            if entry.boundary.count == range.count, bytes[range].elementsEqual(entry.boundary) { return level }
            candidate = entry.shadowed
        }
        return nil
    }

    /// FNV-1a, 64 bits.
    private static func hash(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in range { hash = (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01B3 }
        return hash
    }
}
