/// What TOP sends of a message: the header, the empty line after it, and the first `lines` lines of the body (RFC 1939 §7).
/// A stream: any cut of the input gives the same octets.
package struct TopFilter: Sendable {
    private enum Position: Sendable {
        case header(lineIsEmpty: Bool)
        case body(linesLeft: Int)
        case done
    }

    private let lines: Int
    private var position = Position.header(lineIsEmpty: true)

    package init(lines: Int) { self.lines = lines }

    /// Nothing that follows is sent any more.
    package var isDone: Bool {
        if case .done = position { true } else { false }
    }

    /// How many of the first octets of `bytes`, which follow what was given before, are to be sent.
    package mutating func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        var offset = 0
        while offset < bytes.count {
            switch position {
            case .done:
                return offset
            case .header(let lineIsEmpty):
                offset = takeHeaderLine(bytes, from: offset, lineIsEmpty: lineIsEmpty)
            case .body(let linesLeft):
                guard let end = bytes.offset(of: ASCII.lineFeed, from: offset) else { return bytes.count }
                offset = end + 1
                position = linesLeft > 1 ? .body(linesLeft: linesLeft - 1) : .done
            }
        }
        return offset
    }

    /// Takes one line of the header, or as much of it as is there, and returns where it ended.
    private mutating func takeHeaderLine(_ bytes: UnsafeRawBufferPointer, from start: Int, lineIsEmpty: Bool) -> Int {
        let end = bytes.offset(of: ASCII.lineFeed, from: start)
        let line = bytes[start..<(end ?? bytes.count)]
        let isEmpty = lineIsEmpty && line.allSatisfy { $0 == ASCII.carriageReturn }
        guard let end else {
            position = .header(lineIsEmpty: isEmpty)
            return bytes.count
        }
        if isEmpty {
            position = lines > 0 ? .body(linesLeft: lines) : .done
        } else {
            position = .header(lineIsEmpty: true)
        }
        return end + 1
    }
}
