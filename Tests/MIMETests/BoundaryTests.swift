import MIME
import MailModel
import Testing

@Suite struct BoundaryTests {
    private func multipart(_ boundary: String, _ body: String...) -> Sample {
        Sample(
            octets: (["Content-Type: multipart/mixed; boundary=\"\(boundary)\"", ""] + body).joined(separator: "\r\n")
                .utf8)
    }

    private func bodies(_ sample: Sample) -> [String] { sample.structure.root.children.map { sample.decoded($0) } }

    @Test func onlyAWholeLineIsADelimiter() {
        let sample = multipart(
            "a", "--a", "", "one", "--ab", "--a b", "--", "-- a", " --a", "--A", "--a", "", "two", "--a--")
        #expect(bodies(sample) == ["one\r\n--ab\r\n--a b\r\n--\r\n-- a\r\n --a\r\n--A", "two"])
    }

    @Test func aBoundaryThatBeginsLikeTheOuterOneIsItsOwn() {
        let sample = multipart(
            "a", "--a", "Content-Type: multipart/mixed; boundary=ab", "", "--ab", "", "1", "--ab--", "--a", "", "2",
            "--a--")
        let root = sample.structure.root
        #expect(root.children.map(\.mediaType) == ["multipart/mixed", "text/plain"])
        #expect(root.children[0].children.map { sample.decoded($0) } == ["1"])
        #expect(sample.structure.defects == [])
    }

    @Test func aBoundaryThatEndsLikeACloseDelimiterIsRead() {
        let sample = multipart("a--", "--a--", "", "one", "--a----", "")
        #expect(bodies(sample) == ["one"])
        #expect(sample.structure.defects == [])
    }

    @Test func anInnerBoundaryEqualToTheOuterBelongsToTheInner() {
        let sample = multipart(
            "a", "--a", "Content-Type: multipart/mixed; boundary=a", "", "--a", "", "1", "--a--", "--a", "", "2",
            "--a--")
        #expect(sample.structure.root.children.count == 2)
        #expect(sample.structure.root.children[0].children.map { sample.decoded($0) } == ["1"])
    }

    @Test func aMissingCloserEndsAtTheOuterDelimiterOrTheEnd() {
        let sample = multipart(
            "a", "--a", "Content-Type: multipart/mixed; boundary=b", "", "--b", "", "1", "--a", "", "2")
        #expect(sample.structure.root.children.map(\.children.count) == [1, 0])
        #expect(sample.decoded(sample.structure.root.children[0].children[0]) == "1")
        #expect(bodies(sample).last == "2")
        #expect(sample.structure.defects == .missingCloseDelimiter)
    }

    @Test func aDelimiterRightAfterThePartsHeaderEndsIt() {
        let sample = multipart("a", "--a", "Content-Type: text/html", "--a", "", "--a", "--a--")
        #expect(bodies(sample) == ["", "", ""])
        #expect(sample.structure.root.children[0].subtype == "html")
        #expect(sample.structure.defects == .missingBlankLine)
    }

    @Test func aMultipartWithoutPartsIsShownAsText() {
        for sample in [multipart("a", "no parts"), multipart("", "no parts"), multipart("a", "no parts", "--a--")] {
            #expect(sample.structure.root.mediaType == "text/plain")
            #expect(sample.structure.root.children.isEmpty)
            #expect(sample.structure.defects == .notReallyMultipart)
            #expect(sample.text(sample.structure.root).value.hasPrefix("no parts"))
        }
    }

    @Test func partsOfADigestAreMessages() {
        let sample = Sample(
            "Content-Type: multipart/digest; boundary=a", "", "--a", "", "Subject: x", "", "y", "--a",
            "Content-Type: text/plain",
            "", "z", "--a--")
        #expect(sample.structure.root.children.map(\.mediaType) == ["message/rfc822", "text/plain"])
        #expect(sample.structure.root.children[0].isMessage)
    }

    @Test func anAttachedMessageIsOnePart() {
        let sample = multipart(
            "a", "--a", "Content-Type: message/rfc822", "", "Content-Type: multipart/mixed; boundary=b", "", "--b", "",
            "x", "--b--",
            "--a--")
        #expect(sample.structure.root.children.map(\.mediaType) == ["message/rfc822"])
        #expect(sample.structure.parts.count == 2)
    }

    @Test func bareLFAndTrailingSpaceDoNotMatter() {
        let text = "Content-Type: multipart/mixed; boundary=a \n\n--a\t \n\none\n--a--  \n"
        let sample = Sample(octets: text.utf8)
        #expect(bodies(sample) == ["one"])
    }

    @Test func aTransferEncodingOfAMultipartIsIgnored() {
        let sample = Sample(
            "Content-Type: multipart/mixed; boundary=a", "Content-Transfer-Encoding: base64", "", "--a", "", "one",
            "--a--")
        #expect(bodies(sample) == ["one"])
        #expect(sample.structure.defects == .encodedMultipart)
    }

    @Test func theLineOfAMailboxFileBeforeTheHeaderIsSkipped() {
        #expect(Sample("From a@x Thu Jan  1 00:00:00 1970", "Subject: s", "", "b").summary.subject == "s")
        #expect(Sample(">From a@x", "Subject: s", "", "b").summary.subject == "s")
        #expect(Sample("From : a@x", "Subject: s", "", "b").summary.from?.first?.email == "a@x")
        #expect(Sample("From ").summary.subject == nil)
    }
}
