import MIME
import Testing

@Suite struct TransferEncodingTests {
    /// The decoded body; checks that the size told beforehand is right.
    private func decoded(_ encoding: String, _ body: String) -> String {
        let sample = Sample("Content-Transfer-Encoding: " + encoding, "", body)
        let root = sample.structure.root
        let text = sample.decoded(root)
        #expect(root.decodedSize == text.utf8.count, "\(encoding) of \(body)")
        return text
    }

    @Test(arguments: [
        ("aGVsbG8=", "hello"), ("aGVs\r\nbG8=\r\n", "hello"), ("aGVsbG8", "hello"), ("aGVsbG", "hell"),
        ("aGVsb", "hel"),
        ("aG!Vs-bG8=", "hello"), ("aGVsbG8=aGk=", "hellohi"), ("=", ""), ("", ""),
        ("aGVsbG8=====", "hello"), ("a", ""), ("YQ==YQ==", "aa"),
    ])
    func base64IsReadAsFarAsItGoes(_ body: String, _ expected: String) {
        #expect(decoded("base64", body) == expected)
    }

    @Test func everyOctetComesThroughBase64OfAnyLength() {
        for length in 0..<70 {
            let octets = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ length) }
            let sample = Sample(
                octets: Array("Content-Transfer-Encoding: BASE64\r\n\r\n".utf8) + base64(octets, line: 20))
            let root = sample.structure.root
            #expect(sample.octets.withUnsafeBytes { root.decoded(from: $0) } == octets)
            #expect(root.decodedSize == length)
        }
    }

    @Test(arguments: [
        ("a=3Db", "a=b"), ("a=\r\nb", "ab"), ("a=  \r\nb", "ab"), ("a  \r\nb", "a\r\nb"), ("=C3=a9", "é"),
        ("a=4", "a=4"), ("a=XYb", "a=XYb"), ("a=", "a"), ("==41", "=A"), ("a\n=\nb", "a\nb"), ("", ""),
        ("a=3D=\r\n", "a="),
        ("tab\t\r\n", "tab\r\n"), ("_", "_"),
    ])
    func quotedPrintableIsReadAsFarAsItGoes(_ body: String, _ expected: String) {
        #expect(decoded("Quoted-Printable", body) == expected)
    }

    @Test func othersAreTakenAsTheyAre() {
        for encoding in ["7bit", "8BIT", "binary", "", "7bit (comment)"] {
            #expect(decoded(encoding, "a=41\r\n") == "a=41\r\n")
        }
        let sample = Sample("Content-Transfer-Encoding: x-uuencode", "", "begin")
        #expect(sample.structure.root.transferEncoding == .unknown)
        #expect(sample.structure.defects == .unknownTransferEncoding)
        #expect(sample.decoded(sample.structure.root) == "begin")
        #expect(sample.text(sample.structure.root).isEncodingProblem)
    }

    @Test func piecesOfALargeBodyAddUp() {
        let octets = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        let encoded = base64(octets, line: 76)
        let sample = Sample(octets: Array("Content-Transfer-Encoding: base64\r\n\r\n".utf8) + encoded)
        let root = sample.structure.root
        var pieces: [[UInt8]] = []
        sample.octets.withUnsafeBytes { root.forEachDecodedPiece(of: $0) { pieces.append(Array($0)) } }
        #expect(pieces.count > 3)
        #expect(pieces.allSatisfy { $0.count <= 64 * 1024 })
        #expect(Array(pieces.joined()) == octets)
        #expect(root.decodedSize == octets.count)
    }
}

/// Base64 as a sender writes it.
func base64(_ octets: [UInt8], line: Int) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var output: [UInt8] = []
    var column = 0
    for start in stride(from: 0, to: octets.count, by: 3) {
        let group = octets[start..<min(start + 3, octets.count)]
        let bits = group.reduce(0) { $0 << 8 | Int($1) } << ((3 - group.count) * 8)
        for place in 0..<4 {
            output.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            column += 1
            if column == line {
                output += [13, 10]
                column = 0
            }
        }
    }
    return output
}
