import NIOCore
import Testing

@testable import POP3

@Suite struct LineDecoderTests {
    /// The lines, and whether the limit was crossed.
    private func lines(_ bytes: [UInt8], limit: Int, cuts: Cuts) -> ([String], Bool) {
        var decoder = LineDecoder(limit: limit)
        var buffer = ByteBuffer()
        var lines: [String] = []
        do {
            for piece in cuts.pieces(of: bytes) {
                buffer.writeImmutableBuffer(piece)
                while let line = try decoder.nextLine(from: &buffer) {
                    lines.append(Transcript.escape(line.readableBytesView))
                }
            }
        } catch {
            #expect(error.code == .limitExceeded)
            return (lines, true)
        }
        return (lines, false)
    }

    @Test func linesEndWithCRLFOrLF() {
        for cuts in Cuts.few {
            let (lines, isOver) = lines(Array("a\r\nb\n\r\n\nc\r\r\nd\re\r\n\r".utf8), limit: 100, cuts: cuts)
            #expect(lines == ["a", "b", "", "", "c\\r", "d\\re"])
            #expect(!isOver)
        }
    }

    @Test(arguments: ["\r\n", "\n"]) func aLineMayBeAsLongAsTheLimitAndNoLonger(end: String) {
        for cuts in Cuts.few {
            let fits = Array(("12345678" + end).utf8)
            #expect(lines(fits, limit: 8, cuts: cuts) == (["12345678"], false))
            #expect(lines(fits, limit: 7, cuts: cuts) == ([], true))
        }
    }

    @Test func anEndlessLineStopsAtTheLimit() {
        for cuts in Cuts.few {
            #expect(lines(Array(repeating: 65, count: 65), limit: 64, cuts: cuts) == ([], false))
            #expect(lines(Array(repeating: 65, count: 66), limit: 64, cuts: cuts) == ([], true))
        }
    }
}
