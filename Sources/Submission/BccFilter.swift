/// Takes the fields that name secret recipients out of a message's header (RFC 8621 §7.5, RFC 5322 §3.6.3), piece by
/// piece: nothing is kept but the beginning of a line whose field is not known yet.
struct BccFilter: Sendable {
    private enum State: Sendable {
        /// At the beginning of a line, with what came of it so far.
        case start([UInt8])
        case field(isKept: Bool)
        case body
    }

    private static let names = [Array("bcc".utf8), Array("resent-bcc".utf8)]
    /// A line that takes longer to tell its field is kept.
    private static let longest = 64

    private var state = State.start([])
    /// Whether the field before is kept: a folded line belongs to it.
    private var wasKept = true

    /// What is left of the piece.
    mutating func filter(_ piece: [UInt8]) -> [UInt8] {
        if case .body = state { return piece }
        var output: [UInt8] = []
        output.reserveCapacity(piece.count)
        for (index, byte) in piece.enumerated() {
            add(byte, &output)
            if case .body = state {
                output += piece[(index + 1)...]
                break
            }
        }
        return output
    }

    /// What was held back at the end of the message.
    mutating func end() -> [UInt8] {
        guard case .start(let held) = state else { return [] }
        state = .body
        return held
    }

    private mutating func add(_ byte: UInt8, _ output: inout [UInt8]) {
        switch state {
        case .body: output.append(byte)
        case .field(let isKept):
            if isKept { output.append(byte) }
            if byte == 0x0A { state = .start([]) }
        case .start(let held): decide(held + [byte], &output)
        }
    }

    private mutating func decide(_ line: [UInt8], _ output: inout [UInt8]) {
        if line.count == 1, line[0] == 0x20 || line[0] == 0x09 { return begin(line, isKept: wasKept, &output) }
        switch line.last {
        case 0x0A:
            output += line
            state = line == [0x0A] || line == [0x0D, 0x0A] ? .body : .start([])
            wasKept = true
        case UInt8(ascii: ":"):
            let name = line.dropLast().map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
            let trimmed = Array(name.prefix { $0 != 0x20 && $0 != 0x09 })
            begin(line, isKept: !Self.names.contains(trimmed), &output)
        default:
            if line.count > Self.longest { begin(line, isKept: true, &output) } else { state = .start(line) }
        }
    }

    private mutating func begin(_ line: [UInt8], isKept: Bool, _ output: inout [UInt8]) {
        wasKept = isKept
        state = .field(isKept: isKept)
        if isKept { output += line }
    }
}
