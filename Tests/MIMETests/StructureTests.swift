import MIME
import Testing

@Suite struct StructureTests {
    @Test func aMessageWithoutMIMEIsOneTextPart() throws {
        let sample = Sample("From: a@example.org", "Subject: hello", "", "one", "two", "")
        let root = sample.structure.root
        #expect(root.mediaType == "text/plain")
        #expect(root.section == [1])
        #expect(root.charset == "us-ascii")
        #expect(sample.text(root).value == "one\ntwo\n")
        #expect(root.decodedSize == 10)
        #expect(sample.structure.part(section: [1]) == root)
        #expect(sample.structure.part(section: []) == nil)
        #expect(sample.structure.defects == [])
    }

    @Test func partsOfAMultipartEndBeforeTheLineEndOfTheirDelimiter() throws {
        let sample = Sample(
            "Content-Type: multipart/mixed; boundary=\"b\"", "", "preamble", "--b", "", "one", "--b  ",
            "Content-Type: text/html; charset=utf-8", "", "<p>two", "", "--b--", "epilogue", "")
        let root = sample.structure.root
        #expect(root.mediaType == "multipart/mixed")
        #expect(root.section == [])
        #expect(root.children.map(\.section) == [[1], [2]])
        #expect(root.children.map { sample.decoded($0) } == ["one", "<p>two\r\n"])
        #expect(sample.structure.part(section: [2])?.subtype == "html")
        #expect(sample.structure.defects == [])
        let encoded = sample.structure.encoded()
        #expect(MessageStructure(encoded: encoded) == sample.structure)
    }
}
