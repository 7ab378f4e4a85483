/// Cuts what stands between a tag's name and its end into attributes, as the HTML standard's tokenizer does.
struct HTMLAttributeReader {
    /// Attributes of a tag that are looked at.
    static let maximumCount = 100

    private let bytes: UnsafeRawBufferPointer
    private let end: Int
    private var position: Int
    private var count = 0

    init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next one's name in lower case, and where its value stands; nil after the last.
    mutating func next() -> (name: String, value: Range<Int>)? {
        while position < end, HTMLTreeBuilder.isSpace(bytes[position]) || bytes[position] == 0x2F { position += 1 }
        guard position < end, count < Self.maximumCount else { return nil }
        count += 1
        let start = position
        // An equals sign in the first place is part of the name.
        position += 1
        while position < end, !endsName(bytes[position]) { position += 1 }
        let name = Self.name(bytes, start..<position)
        skipSpace()
        guard position < end, bytes[position] == 0x3D else { return (name, position..<position) }
        position += 1
        skipSpace()
        return (name, value())
    }

    private func endsName(_ octet: UInt8) -> Bool {
        octet == 0x3D || octet == 0x2F || HTMLTreeBuilder.isSpace(octet)
    }

    private mutating func skipSpace() {
        while position < end, HTMLTreeBuilder.isSpace(bytes[position]) { position += 1 }
    }

    private mutating func value() -> Range<Int> {
        guard position < end else { return end..<end }
        let quote = bytes[position]
        var start = position
        if quote == 0x22 || quote == 0x27 {
            start += 1
            position = start
            while position < end, bytes[position] != quote { position += 1 }
            let value = start..<position
            position = min(position + 1, end)
            return value
        }
        while position < end, !HTMLTreeBuilder.isSpace(bytes[position]) { position += 1 }
        return start..<position
    }

    /// A name in lower case; one that is longer than any we know is empty.
    static func name(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> String {
        guard range.count <= 15 else { return "" }
        return String(unsafeUninitializedCapacity: 15) { room in
            for (place, index) in range.enumerated() {
                let octet = bytes[index]
                room[place] = octet &- 0x41 < 26 ? octet | 0x20 : octet
            }
            return range.count
        }
    }
}
