/// Quoted-printable (RFC 2045 §6.7), line by line. An `=` that begins no escape is kept as it stands.
enum QuotedPrintable {
    /// Decodes one line with its line end, if it has one.
    static func decode(line: UnsafeRawBufferPointer, into output: inout [UInt8]) {
        let parts = Line(line)
        var start = 0
        while let sign = line.firstIndex(of: ASCII.equals, from: start, to: parts.content) {
            output.append(contentsOf: line[start..<sign])
            if let octet = escape(line, at: sign, end: parts.content) {
                output.append(octet)
                start = sign + 3
            } else {
                output.append(ASCII.equals)
                start = sign + 1
            }
        }
        output.append(contentsOf: line[start..<parts.content])
        if !parts.isSoft { output.append(contentsOf: line[parts.lineEnd...]) }
    }

    /// How many octets all lines of `body` decode to.
    static func decodedSize(_ body: UnsafeRawBufferPointer) -> Int {
        var size = 0
        var position = 0
        while position < body.count {
            let end = body.firstIndex(of: ASCII.lf, from: position, to: body.count).map { $0 + 1 } ?? body.count
            let line = body.slice(position..<end)
            let parts = Line(line)
            size += parts.content + (parts.isSoft ? 0 : line.count - parts.lineEnd)
            var start = 0
            while let sign = line.firstIndex(of: ASCII.equals, from: start, to: parts.content) {
                let isEscape = escape(line, at: sign, end: parts.content) != nil
                if isEscape { size -= 2 }
                start = sign + (isEscape ? 3 : 1)
            }
            position = end
        }
        return size
    }

    @inline(__always)
    private static func escape(_ line: UnsafeRawBufferPointer, at sign: Int, end: Int) -> UInt8? {
        guard sign + 2 < end, let high = ASCII.hexValue(line[sign + 1]), let low = ASCII.hexValue(line[sign + 2])
        else { return nil }
        return high << 4 | low
    }

    /// Where a line's own octets end (white space before its end was added in transport), where its line end begins,
    /// and whether an `=` at its end joins it with the next.
    private struct Line {
        var content: Int
        let lineEnd: Int
        let isSoft: Bool

        init(_ line: UnsafeRawBufferPointer) {
            lineEnd = line.withoutLineEnd(0, line.count)
            content = lineEnd
            while content > 0, line[content - 1] == ASCII.space || line[content - 1] == ASCII.tab { content -= 1 }
            isSoft = content > 0 && line[content - 1] == ASCII.equals
            if isSoft { content -= 1 }
        }
    }
}
