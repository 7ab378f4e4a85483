/// The value of a Content-Type or Content-Disposition field: a token and its parameters (RFC 2045 §5.1, RFC 2183, RFC 2231).
struct ParameterizedValue {
    /// What stands before the first semicolon, in lower case, comments and white space removed.
    var token: String = ""
    /// Whether there were more parameters than allowed; the first ones are kept.
    private(set) var isOverLimit = false
    private var parameters: [Parameter] = []

    private struct Parameter {
        /// In lower case, without what RFC 2231 appends.
        var name: String
        /// RFC 2231 §3; nil for a parameter that is whole.
        var section: Int?
        /// RFC 2231 §4: percent-encoded.
        var isExtended: Bool
        var value: [UInt8]

        /// Takes `*` and `*N` off the name (RFC 2231 §3 and §4), which is the token in `range`.
        init(_ bytes: UnsafeRawBufferPointer, name range: Range<Int>, value: [UInt8]) {
            self.value = value
            var end = range.upperBound
            isExtended = range.count > 1 && bytes[end - 1] == ASCII.asterisk
            if isExtended { end -= 1 }
            section = nil
            if let star = bytes[range.lowerBound..<end].lastIndex(of: ASCII.asterisk),
                let number = Int(String(decoding: bytes[star + 1..<end], as: UTF8.self)), number >= 0
            {
                section = number
                end = star
            }
            name = lowercasedToken(bytes, range.lowerBound..<end)
        }
    }

    init(_ value: UnsafeRawBufferPointer, limit: Int) {
        var scanner = TokenScanner(value)
        readToken(&scanner)
        if token.utf8.contains(ASCII.equals) {
            // QUIRK: "Content-Disposition: filename=a.pdf", the token forgotten.
            token = ""
            scanner.position = 0
            if let parameter = Self.readParameter(&scanner) { parameters.append(parameter) }
        }
        while !scanner.isAtEnd {
            _ = scanner.scan(until: { $0 == ASCII.semicolon })
            scanner.position = min(scanner.position + 1, value.count)
            scanner.skipCFWS()
            guard let parameter = Self.readParameter(&scanner) else { continue }
            guard parameters.count < limit else {
                isOverLimit = true
                return
            }
            parameters.append(parameter)
        }
    }

    private mutating func readToken(_ scanner: inout TokenScanner) {
        while true {
            scanner.skipCFWS()
            guard let octet = scanner.current, octet != ASCII.semicolon else { return }
            let range = scanner.scan(until: {
                $0 == ASCII.semicolon || $0 == ASCII.openParenthesis || ASCII.isWhiteSpace($0) || $0 == ASCII.nul
            })
            if token.utf8.count < 256 {
                token += lowercasedToken(
                    scanner.bytes, range.lowerBound..<min(range.upperBound, range.lowerBound + 256))
            }
        }
    }

    private static func readParameter(_ scanner: inout TokenScanner) -> Parameter? {
        let bytes = scanner.bytes
        let nameRange = bytes.trimmed(scanner.scan(until: { $0 == ASCII.equals || $0 == ASCII.semicolon }))
        guard scanner.current == ASCII.equals, !nameRange.isEmpty, nameRange.count <= 128 else { return nil }
        scanner.position += 1
        scanner.skipCFWS()
        let value: [UInt8]
        if scanner.current == ASCII.quote {
            value = unquoted(bytes, scanner.readQuotedString())
        } else {
            // QUIRK: unquoted values with spaces and the like in them go on to the next semicolon, or to a comment that
            // white space precedes ("report (1).pdf" loses its end, "report(1).pdf" does not).
            let start = scanner.position
            while let octet = scanner.current, octet != ASCII.semicolon {
                if octet == ASCII.openParenthesis, ASCII.isWhiteSpace(bytes[scanner.position - 1]) { break }
                scanner.position += 1
            }
            value = Array(bytes[bytes.trimmed(start..<scanner.position)])
        }
        return Parameter(bytes, name: nameRange, value: value)
    }

    /// A parameter's value as text: RFC 2231's forms put together, or the plain one; nil when it is not there.
    func text(_ name: String) -> String? {
        extendedText(name)
            ?? plain(name).map { value in
                value.withUnsafeBytes { bytes in
                    // QUIRK: encoded-words have no place in a parameter (RFC 2047 §5), yet many senders put names so.
                    bytes.contains(ASCII.equals) ? decodedText(bytes, .anywhere) : plainText(bytes)
                }
            }
    }

    /// A parameter's octets when it is whole, or put together from unencoded sections.
    func plain(_ name: String) -> [UInt8]? {
        if let whole = parameters.first(where: { $0.name == name && $0.section == nil && !$0.isExtended }) {
            return whole.value
        }
        let sections = self.sections(name)
        return sections.isEmpty ? nil : sections.flatMap(\.value)
    }

    private func sections(_ name: String) -> [Parameter] {
        let found = parameters.filter { $0.name == name && $0.section != nil }
        guard !found.isEmpty else { return [] }
        var bySection: [Int: Parameter] = [:]
        for parameter in found where bySection[parameter.section ?? 0] == nil {
            bySection[parameter.section ?? 0] = parameter
        }
        // A gap ends the value (RFC 2231 §3).
        return (0..<bySection.count).lazy.map { bySection[$0] }.prefix { $0 != nil }.compactMap { $0 }
    }

    private func extendedText(_ name: String) -> String? {
        guard parameters.contains(where: { $0.section != nil || $0.isExtended }) else { return nil }
        var pieces = sections(name)
        if pieces.isEmpty,
            let whole = parameters.first(where: { $0.name == name && $0.section == nil && $0.isExtended })
        {
            pieces = [whole]
        }
        guard let first = pieces.first else { return nil }
        var charset = Charset.ascii
        var octets: [UInt8] = []
        for (index, piece) in pieces.enumerated() {
            var value = piece.value[...]
            if index == 0, first.isExtended { charset = Self.takeCharset(&value) }
            octets.append(contentsOf: piece.isExtended ? Self.percentDecoded(value) : Array(value))
        }
        var text: [UInt8] = []
        var decoder = CharsetDecoder(charset)
        octets.withUnsafeBytes { decoder.decode($0, isLast: true, into: &text) }
        text.removeAll { $0 < 0x20 || $0 == 0x7F }
        return String(decoding: text, as: UTF8.self).inNormalizationFormC
    }

    /// `charset'language'` in front of an extended value. QUIRK: a value without them is taken as it is.
    private static func takeCharset(_ value: inout ArraySlice<UInt8>) -> Charset {
        guard let one = value.firstIndex(of: ASCII.apostrophe),
            let two = value[(one + 1)...].firstIndex(of: ASCII.apostrophe)
        else { return .ascii }
        let label = String(decoding: value[..<one].prefix(64), as: UTF8.self)
        value = value[(two + 1)...]
        return Charset(label: label)
    }

    private static func percentDecoded(_ value: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        var index = value.startIndex
        while index < value.endIndex {
            if value[index] == ASCII.percent, index + 2 < value.endIndex, let high = ASCII.hexValue(value[index + 1]),
                let low = ASCII.hexValue(value[index + 2])
            {
                output.append(high << 4 | low)
                index += 3
            } else {
                output.append(value[index])
                index += 1
            }
        }
        return output
    }
}
