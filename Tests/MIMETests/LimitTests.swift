import MIME
import MailModel
import Testing

/// Each limit of the design at the limit and one over: marked and partial, never failed.
@Suite struct LimitTests {
    private func parse(_ octets: [UInt8], _ limits: Limits.MIME = .init()) -> MessageStructure {
        octets.withUnsafeBytes { MessageStructure.parse($0, limits: limits) }
    }

    private func nested(_ depth: Int) -> [UInt8] {
        var shape = Shape.text("plain", "innermost")
        for _ in 0..<depth { shape = .multi("mixed", [shape]) }
        return shape.sample.octets
    }

    @Test func depthAtTheLimitAndOneOver() throws {
        let fits = parse(nested(100))
        #expect(fits.defects == [])
        #expect(fits.parts.last?.section == [Int](repeating: 1, count: 100))
        #expect(fits.part(section: [Int](repeating: 1, count: 100))?.contentID == "innermost")

        let tooDeep = parse(nested(101))
        #expect(tooDeep.defects.contains(.tooDeep))
        let last = try #require(tooDeep.parts.last)
        #expect(last.section.count == 100)
        #expect(last.mediaType == "application/octet-stream")
        #expect(last.children.isEmpty)
    }

    @Test func depthThatAConfigurationAllowsIsStillBounded() {
        var limits = Limits.MIME()
        limits.depth = .max
        let structure = parse(nested(400), limits)
        #expect(structure.defects.contains(.tooDeep))
        #expect(MessageStructure(encoded: structure.encoded()) == structure)
    }

    private func flat(_ count: Int) -> [UInt8] {
        let part = "--b\r\n\r\nx\r\n"
        return Array(
            ("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + String(repeating: part, count: count) + "--b--\r\n")
                .utf8)
    }

    @Test func partsAtTheLimitAndOneOver() {
        // The multipart itself is one of the parts.
        let fits = parse(flat(9_999))
        #expect(fits.parts.count == 10_000)
        #expect(fits.defects == [])
        let over = parse(flat(10_000))
        #expect(over.parts.count == 10_000)
        #expect(over.defects == .tooManyParts)
        #expect(over.root.bodyRange.upperBound == flat(10_000).count)
    }

    private func fields(_ count: Int) -> [UInt8] {
        Array((String(repeating: "X: y\r\n", count: count - 1) + "Content-Type: text/html\r\n\r\nbody").utf8)
    }

    @Test func headerFieldsAtTheLimitAndOneOver() {
        #expect(parse(fields(5_000)).defects == [])
        #expect(parse(fields(5_000)).root.subtype == "html")
        let over = parse(fields(5_001))
        #expect(over.defects == .tooManyHeaderFields)
        #expect(over.root.subtype == "plain")
        #expect(over.root.bodyRange.count == 4)
        for (count, expected) in [(5_000, 5_000), (5_001, 5_000)] {
            fields(count).withUnsafeBytes { bytes in
                let header = HeaderFields(bytes, in: 0..<bytes.count)
                #expect(header.fields.count == expected)
                #expect(header.defects.contains(.tooManyHeaderFields) == (count > expected))
            }
        }
    }

    @Test func headerBlockAtTheLimitAndOneOver() {
        let limit = 1024 * 1024
        func message(_ size: Int) -> [UInt8] {
            let name = Array("Subject:".utf8)
            return name + [UInt8](repeating: 0x61, count: size - name.count) + Array("\r\nTo: a@x\r\n\r\nbody".utf8)
        }
        let fits = message(limit)
        let over = message(limit + 1)
        #expect(parse(over).defects == .headerTooLong)
        #expect(parse(over).root.bodyRange.count == 4)
        #expect(Sample(octets: fits).summary.subject?.utf8.count == limit - 8)
        #expect(Sample(octets: over).summary.subject == nil)
        #expect(Sample(octets: over).summary.defects == .headerTooLong)
    }

    @Test func parametersAtTheLimitAndOneOver() {
        func message(_ count: Int) -> Sample {
            let list = (0..<count - 1).map { "; p\($0)=x" }.joined()
            return Sample("Content-Disposition: attachment\(list); filename=last", "", "")
        }
        #expect(message(100).structure.root.fileName == "last")
        #expect(message(100).structure.defects == [])
        #expect(message(101).structure.root.fileName == nil)
        #expect(message(101).structure.defects == .tooManyParameters)
    }

    @Test func addressesAtTheLimitAndOneOver() {
        func message(_ count: Int) -> Sample {
            Sample("To: " + (0..<count).map { "a\($0)@x" }.joined(separator: ","), "", "")
        }
        #expect(message(5_000).summary.to?.count == 5_000)
        #expect(message(5_000).summary.defects == [])
        #expect(message(5_001).summary.to?.count == 5_000)
        #expect(message(5_001).summary.defects == .tooManyAddresses)
    }

    @Test func boundariesUpTo255OctetsAreFound() {
        func message(_ length: Int) -> Sample {
            let boundary = String(repeating: "b", count: length)
            return Sample(
                "Content-Type: multipart/mixed; boundary=\(boundary)", "", "--" + boundary, "", "x", "--\(boundary)--")
        }
        #expect(message(255).structure.root.children.count == 1)
        #expect(message(256).structure.root.children.isEmpty)
        #expect(message(256).structure.defects == .notReallyMultipart)
        #expect(message(256).structure.root.mediaType == "text/plain")
    }
}
