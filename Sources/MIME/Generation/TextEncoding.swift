/// Which transfer encoding a text gets: the plainest that keeps it through every mail server.
enum TextEncoding {
    /// Characters of a line that is left as it is.
    private static let plainLine = 76

    /// The text in UTF-8 with CRLF between lines, encoded.
    static func encode(_ text: String) -> (encoding: String, octets: [UInt8]) {
        let octets = withCRLF(text)
        if isPlain(octets) { return ("7bit", octets) }
        let special = octets.count {
            !(32...126).contains($0) && $0 != ASCII.cr && $0 != ASCII.lf || $0 == ASCII.equals
        }
        if special * 6 <= octets.count { return ("quoted-printable", octets.withUnsafeBytes(QuotedPrintable.encode)) }
        var encoder = Base64Encoder()
        var output: [UInt8] = []
        octets.withUnsafeBytes { encoder.encode($0, into: &output) }
        encoder.finish(into: &output)
        return ("base64", output)
    }

    private static func withCRLF(_ text: String) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(text.utf8.count + text.utf8.count / 32)
        for octet in text.utf8 {
            if octet == ASCII.lf, octets.last != ASCII.cr { octets.append(ASCII.cr) }
            octets.append(octet)
        }
        return octets
    }

    /// Whether nothing on the way would change it: ASCII in short lines, no white space at their ends, no dot alone, no
    /// "From " at the beginning.
    private static func isPlain(_ octets: [UInt8]) -> Bool {
        var start = 0
        for (index, octet) in octets.enumerated() {
            if octet == ASCII.cr {
                guard index + 1 < octets.count, octets[index + 1] == ASCII.lf, isPlainLine(octets[start..<index])
                else { return false }
            } else if octet == ASCII.lf {
                start = index + 1
            } else if !(32...126).contains(octet), octet != ASCII.tab {
                return false
            }
        }
        return isPlainLine(octets[start...])
    }

    private static func isPlainLine(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.count <= plainLine, let first = line.first, let last = line.last else { return line.isEmpty }
        return last != ASCII.space && last != ASCII.tab && first != ASCII.dot && !line.starts(with: "From ".utf8)
    }
}
