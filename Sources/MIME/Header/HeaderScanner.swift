/// Cuts a header block into its fields, one call a field; every octet is looked at once.
struct HeaderScanner {
    enum Item {
        case field(HeaderField)
        /// The header block has ended, by an empty line or by the octets' end; the body begins here.
        case end(bodyStart: Int)
        /// A line that is no field and continues none: the header block has ended without an empty line.
        case notAField(start: Int)
    }

    private let bytes: UnsafeRawBufferPointer
    private let end: Int
    private(set) var position: Int
    /// Lines and octets of field names looked at: what tests count to see that the work is linear.
    private(set) var work = 0

    init(_ bytes: UnsafeRawBufferPointer, range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    mutating func next() -> Item {
        let start = position
        guard start < end else { return .end(bodyStart: end) }
        var lineEnd = self.lineEnd(from: start)
        if bytes[start] == ASCII.lf || bytes[start] == ASCII.cr, isBlank(start, lineEnd) {
            position = lineEnd
            return .end(bodyStart: lineEnd)
        }
        guard let (nameEnd, colon) = readName(start, lineEnd) else { return .notAField(start: start) }
        while lineEnd < end, bytes[lineEnd] == ASCII.space || bytes[lineEnd] == ASCII.tab {
            lineEnd = self.lineEnd(from: lineEnd)
        }
        position = lineEnd
        return .field(
            HeaderField(name: start..<nameEnd, value: colon + 1..<bytes.withoutLineEnd(colon + 1, lineEnd)))
    }

    private mutating func lineEnd(from start: Int) -> Int {
        work += 1
        return bytes.firstIndex(of: ASCII.lf, from: start, to: end).map { $0 + 1 } ?? end
    }

    /// QUIRK: several CRs before the LF are still an empty line.
    private func isBlank(_ start: Int, _ lineEnd: Int) -> Bool {
        lineEnd - start <= 8 && bytes[start..<lineEnd].allSatisfy { $0 == ASCII.cr || $0 == ASCII.lf }
            && bytes[lineEnd - 1] == ASCII.lf
    }

    /// A field name and the colon after it; white space between them is RFC 5322 §4.5's.
    private mutating func readName(_ start: Int, _ lineEnd: Int) -> (nameEnd: Int, colon: Int)? {
        var index = start
        while index < lineEnd, bytes[index] > ASCII.space, bytes[index] < 0x7F, bytes[index] != ASCII.colon {
            index += 1
        }
        let nameEnd = index
        while index < lineEnd, bytes[index] == ASCII.space || bytes[index] == ASCII.tab { index += 1 }
        work += index - start
        guard nameEnd > start, index < lineEnd, bytes[index] == ASCII.colon else { return nil }
        return (nameEnd, index)
    }
}
