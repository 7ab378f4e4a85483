import MIME

/// A message as a test writes it: lines, joined with CRLF.
struct Sample {
    let octets: [UInt8]

    init(octets: some Sequence<UInt8>) { self.octets = Array(octets) }
    init(_ lines: String...) { octets = Array(lines.joined(separator: "\r\n").utf8) }

    var structure: MessageStructure { octets.withUnsafeBytes { MessageStructure.parse($0) } }
    var summary: MessageSummary { octets.withUnsafeBytes { MessageSummary.summarise(structure, $0) } }
    var choice: BodyChoice { BodyChoice(structure) }

    func search(limit: Int = 256 * 1024) -> SearchText {
        octets.withUnsafeBytes { structure.searchText(summary, $0, limit: limit) }
    }

    func text(_ part: Part, limit: Int? = nil) -> BodyText {
        octets.withUnsafeBytes { part.text(from: $0, limit: limit) }
    }

    func decoded(_ part: Part) -> String {
        String(decoding: octets.withUnsafeBytes { part.decoded(from: $0) }, as: UTF8.self)
    }
}

/// The header field `X: value` in one form.
func header<Result>(_ value: String, _ form: (HeaderField, UnsafeRawBufferPointer) -> Result) -> Result? {
    header(octets: Array(value.utf8), form)
}

func header<Result>(octets value: [UInt8], _ form: (HeaderField, UnsafeRawBufferPointer) -> Result) -> Result? {
    let octets = Array("X:".utf8) + value + Array("\r\n\r\n".utf8)
    return octets.withUnsafeBytes { bytes in
        HeaderFields(bytes, in: 0..<bytes.count).fields.first.map { form($0, bytes) }
    }
}
