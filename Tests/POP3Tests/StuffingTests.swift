import NIOCore
import Testing

@testable import POP3

@Suite struct StuffingTests {
    static let rounds = SeededRandom.rounds

    /// Text made of what matters to the framing.
    static func text(_ random: inout SeededRandom) -> [UInt8] {
        random.bytes(Int.random(in: 0...200, using: &random), from: Array("..\r\n\r\na\0\u{7F}".utf8))
    }

    static func stuffed(_ bytes: [UInt8], cuts: Cuts) -> [UInt8] {
        var stuffer = ByteStuffer()
        var output = ByteBuffer()
        for piece in cuts.pieces(of: bytes) { stuffer.write(piece, to: &output) }
        stuffer.finish(to: &output)
        return Array(output.readableBytesView)
    }

    /// The answer and what is left behind it; nil if it did not end.
    static func unstuffed(_ bytes: [UInt8], cuts: Cuts) -> (answer: [UInt8], rest: [UInt8])? {
        var unstuffer = ByteUnstuffer()
        var answer: [UInt8] = []
        var rest: [UInt8]?
        for var piece in cuts.pieces(of: bytes) {
            loop: while rest == nil {
                switch unstuffer.next(from: &piece) {
                case .bytes(let slice): answer += Array(slice.readableBytesView)
                case .paused: continue
                case .needsInput: break loop
                case .end: rest = []
                }
            }
            if rest != nil { rest? += Array(piece.readableBytesView) }
        }
        return rest.map { (answer, $0) }
    }

    @Test func whatIsStuffedComesBackInAnyCut() throws {
        var random = SeededRandom(seed: 1)
        for round in 0..<Self.rounds {
            let text = Self.text(&random)
            let whole = text.isEmpty || text.suffix(2) == [13, 10] ? text : text + [13, 10]
            let wire = Self.stuffed(text, cuts: .random(seed: UInt64(round)))
            #expect(wire == Self.stuffed(text, cuts: .whole))
            for cuts in [Cuts.whole, .bytes, .random(seed: UInt64(round))] {
                let back = try #require(Self.unstuffed(wire + Array("+OK".utf8), cuts: cuts))
                #expect(back.answer == whole, "\(Transcript.escape(text)), \(cuts)")
                #expect(back.rest == Array("+OK".utf8))
            }
        }
    }

    @Test func anyCutOfAnyInputGivesTheSameAnswer() {
        var random = SeededRandom(seed: 2)
        for round in 0..<Self.rounds {
            let wire = Self.text(&random) + Self.text(&random)
            let whole = Self.unstuffed(wire, cuts: .whole)
            for cuts in [Cuts.bytes, .random(seed: UInt64(round))] {
                let cut = Self.unstuffed(wire, cuts: cuts)
                #expect(cut?.answer == whole?.answer, "\(Transcript.escape(wire)), \(cuts)")
                #expect(cut?.rest == whole?.rest, "\(Transcript.escape(wire)), \(cuts)")
            }
        }
    }

    @Test func aStuffedAnswerNeverEndsEarly() {
        var random = SeededRandom(seed: 3)
        for _ in 0..<Self.rounds {
            let wire = Self.stuffed(Self.text(&random), cuts: .whole)
            #expect(Self.unstuffed(wire.dropLast(), cuts: .whole) == nil)
        }
    }

    @Test func slicesOfABodyAreNotCopied() throws {
        var buffer = ByteBuffer(string: String(repeating: "0123456789\r\n", count: 1000) + ".\r\n")
        var unstuffer = ByteUnstuffer()
        let start = buffer.withUnsafeReadableBytes { $0.baseAddress }
        guard case .bytes(let slice) = unstuffer.next(from: &buffer) else {
            Issue.record("no octets")
            return
        }
        #expect(slice.readableBytes == 12_000)
        #expect(slice.withUnsafeReadableBytes { $0.baseAddress } == start)
        #expect(unstuffer.next(from: &buffer) == .end)
    }

    @Test(arguments: [0, 1, 2, 3, 1000]) func topTakesTheSameInAnyCut(lines: Int) {
        let message = Array("A: b\r\nC: d\r\n\r\none\r\n\r\nthree\nfour".utf8)
        let expected = Self.top(message, lines: lines, cuts: .whole)
        #expect(expected.starts(with: "A: b\r\nC: d\r\n\r\n".utf8))
        for cuts in Cuts.few { #expect(Self.top(message, lines: lines, cuts: cuts) == expected) }
        if lines == 2 { #expect(expected == Array("A: b\r\nC: d\r\n\r\none\r\n\r\n".utf8)) }
        if lines == 1000 { #expect(expected == message) }
    }

    private static func top(_ message: [UInt8], lines: Int, cuts: Cuts) -> [UInt8] {
        var filter = TopFilter(lines: lines)
        return cuts.pieces(of: message).flatMap { piece in
            piece.withUnsafeReadableBytes { bytes in Array(bytes.prefix(filter.take(bytes))) }
        }
    }
}
