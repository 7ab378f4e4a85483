import HTML

/// A text part's value as a client gets it (RFC 8621 §4.1.4 EmailBodyValue).
public struct BodyText: Hashable, Sendable {
    public var value: String
    /// Octets that mean nothing in the charset, or a charset or transfer encoding that is not known.
    public var isEncodingProblem: Bool
    public var isTruncated: Bool
}

extension Part {
    /// The body as text: transfer encoding and charset undone, CRLF as LF. With a `limit` the value has at most so many
    /// octets of UTF-8 and ends neither inside a character nor, in HTML, inside a tag. No more of the body is decoded
    /// than the limit asks for.
    public func text(from bytes: UnsafeRawBufferPointer, limit: Int? = nil) -> BodyText {
        let text = decodedText(from: bytes, limit: limit)
        guard let limit, text.isCut || text.octets.count > limit else {
            return BodyText(
                value: String(decoding: text.octets, as: UTF8.self), isEncodingProblem: text.hadProblem,
                isTruncated: false)
        }
        let end = text.octets.withUnsafeBytes { octets in
            let end = octets.characterBoundary(before: limit)
            return subtype == "html" ? HTMLText.endOutsideTags(octets, upTo: end) : end
        }
        return BodyText(
            value: String(decoding: text.octets[..<end], as: UTF8.self), isEncodingProblem: text.hadProblem,
            isTruncated: true)
    }

    /// The body as UTF-8, decoding stopped soon after `limit` octets.
    func decodedText(
        from bytes: UnsafeRawBufferPointer, limit: Int?, pieceSize: Int = TransferDecoder.usualPieceSize
    ) -> DecodedText {
        var transfer = TransferDecoder(bytes.slice(bodyRange), encoding: transferEncoding, pieceSize: pieceSize)
        var decoder = CharsetDecoder(Charset(label: charset ?? ""))
        var text = DecodedText()
        var normaliser = LineEndNormaliser()
        text.octets.reserveCapacity(max(0, min(decodedSize, limit ?? .max, 1 << 20)))
        var isLast = false
        while !transfer.isAtEnd, text.octets.count < limit ?? .max {
            let start = text.octets.count
            isLast = transfer.willEnd
            transfer.next { decoder.decode($0, isLast: isLast, into: &text.octets) }
            normaliser.normalise(&text.octets, from: start, isLast: isLast)
        }
        text.isCut = !transfer.isAtEnd
        if !text.isCut, !isLast {
            decoder.decode(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true, into: &text.octets)
        }
        text.hadProblem = decoder.hadProblem || transferEncoding == .unknown
        if text.octets.starts(with: [0xEF, 0xBB, 0xBF]) { text.octets.removeFirst(3) }
        return text
    }
}

struct DecodedText {
    var octets: [UInt8] = []
    var hadProblem = false
    /// Whether there is more.
    var isCut = false
}

/// CRLF to LF; a CR alone stays. A CR at the end of a piece waits for the next one.
struct LineEndNormaliser {
    private var hasCR = false

    mutating func normalise(_ text: inout [UInt8], from start: Int, isLast: Bool) {
        guard start < text.count else { return }
        if hasCR {
            hasCR = false
            if text[start] == ASCII.lf {
                text.remove(at: start - 1)
                return normalise(&text, from: start, isLast: isLast)
            }
        }
        if !isLast, text.last == ASCII.cr { hasCR = true }
        if let end = text.withUnsafeMutableBytes({ removeCRs($0, from: start) }) { text.removeLast(text.count - end) }
    }

    /// Returns where the text ends now; nil when nothing had to move.
    private func removeCRs(_ buffer: UnsafeMutableRawBufferPointer, from start: Int) -> Int? {
        let source = UnsafeRawBufferPointer(buffer)
        guard var read = source.firstIndex(of: ASCII.cr, from: start, to: source.count) else { return nil }
        var write = read
        while read < source.count {
            // At a CR: dropped before an LF. Then everything up to the next CR moves down.
            if read + 1 < source.count, source[read + 1] == ASCII.lf { read += 1 }
            let next = source.firstIndex(of: ASCII.cr, from: read + 1, to: source.count) ?? source.count
            let length = next - read
            if let base = buffer.baseAddress { (base + write).copyMemory(from: base + read, byteCount: length) }
            write += length
            read = next
        }
        return write
    }
}
