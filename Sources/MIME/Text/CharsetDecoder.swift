/// Octets of one charset, given in pieces of any size, to UTF-8. What cannot be read becomes U+FFFD; nothing fails.
///
/// RFC 8621 §4.1.4 EmailBodyValue: `hadProblem` is its isEncodingProblem as far as the charset is concerned.
struct CharsetDecoder: ~Copyable {
    private enum Mode {
        case guessing, utf8, windows1252
        case converting
    }

    private var mode: Mode
    private var converter: Iconv?
    /// The beginning of a sequence that the last piece ended in.
    private var pending: [UInt8] = []
    private(set) var hadProblem: Bool

    init(_ charset: Charset) {
        switch charset {
        case .ascii: (mode, hadProblem) = (.guessing, false)
        case .utf8: (mode, hadProblem) = (.utf8, false)
        case .windows1252: (mode, hadProblem) = (.windows1252, false)
        case .unknown: (mode, hadProblem) = (.guessing, true)
        case .iconv(let name):
            converter = Iconv(from: name.text)
            (mode, hadProblem) = converter == nil ? (.guessing, true) : (.converting, false)
        }
    }

    /// Appends what `piece` says to `output`. With `isLast` a sequence that is still incomplete becomes U+FFFD.
    mutating func decode(_ piece: UnsafeRawBufferPointer, isLast: Bool, into output: inout [UInt8]) {
        if pending.isEmpty {
            return decodeJoined(piece, isLast: isLast, into: &output)
        }
        var joined = pending
        pending = []
        joined.append(contentsOf: piece)
        joined.withUnsafeBytes { decodeJoined($0, isLast: isLast, into: &output) }
    }

    private mutating func decodeJoined(_ piece: UnsafeRawBufferPointer, isLast: Bool, into output: inout [UInt8]) {
        switch mode {
        case .guessing:
            let end = endOfASCII(piece, from: 0)
            output.append(contentsOf: piece[..<end])
            guard end < piece.count else { return }
            // Nothing was said about these octets: UTF-8 if they are, else what most senders without a charset used.
            let rest = piece.slice(end..<piece.count)
            mode = isUTF8(rest, allowingCut: !isLast) ? .utf8 : .windows1252
            if mode == .windows1252 { hadProblem = true }
            decodeJoined(rest, isLast: isLast, into: &output)
        case .utf8:
            decodeUTF8(piece, isLast: isLast, into: &output)
        case .windows1252:
            appendWindows1252(piece, to: &output)
        case .converting:
            let rest = converter?.convert(piece, isLast: isLast, into: &output, hadProblem: &hadProblem) ?? 0
            pending = Array(piece[(piece.count - rest)...])
        }
    }

    private mutating func decodeUTF8(_ piece: UnsafeRawBufferPointer, isLast: Bool, into output: inout [UInt8]) {
        var start = 0
        var index = endOfASCII(piece, from: 0)
        while index < piece.count {
            let sequence = utf8Sequence(piece, at: index)
            if case .valid(let length) = sequence {
                index = endOfASCII(piece, from: index + length)
                continue
            }
            output.append(contentsOf: piece[start..<index])
            switch sequence {
            case .incomplete where !isLast:
                pending = Array(piece[index...])
                return
            case .valid(let length), .invalid(let length), .incomplete(let length):
                appendReplacement(to: &output)
                hadProblem = true
                start = index + length
                index = endOfASCII(piece, from: start)
            }
        }
        output.append(contentsOf: piece[start...])
    }
}

/// U+FFFD in UTF-8.
func appendReplacement(to output: inout [UInt8]) {
    output.append(0xEF)
    output.append(0xBF)
    output.append(0xBD)
}

/// Windows-1252 octets 0x80 to 0x9F; the five that it leaves open are C1 controls, as in ISO-8859-1.
private let windows1252Controls: [UInt16] = [
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D,
    0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
    0x0153, 0x009D, 0x017E, 0x0178,
]

func appendWindows1252(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) {
    var index = 0
    while index < bytes.count {
        let end = endOfASCII(bytes, from: index)
        output.append(contentsOf: bytes[index..<end])
        index = end
        guard index < bytes.count else { return }
        let octet = bytes[index]
        let scalar = octet < 0xA0 ? windows1252Controls[Int(octet - 0x80)] : UInt16(octet)
        if scalar < 0x800 {
            output.append(UInt8(0xC0 | scalar >> 6))
        } else {
            output.append(UInt8(0xE0 | scalar >> 12))
            output.append(UInt8(0x80 | scalar >> 6 & 0x3F))
        }
        output.append(UInt8(0x80 | scalar & 0x3F))
        index += 1
    }
}
