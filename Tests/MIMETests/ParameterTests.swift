import MIME
import Testing

@Suite struct ParameterTests {
    private func name(disposition value: String) -> String? {
        Sample("Content-Disposition: " + value, "", "").structure.root.fileName
    }

    private func part(type value: String) -> Part { Sample("Content-Type: " + value, "", "").structure.root }

    @Test func joinsTheExampleOfRFC2231() {
        let value =
            "attachment; filename*0*=us-ascii'en'This%20is%20even%20more%20; "
            + "filename*1*=%2A%2A%2Afun%2A%2A%2A%20; filename*2=\"isn't it!\""
        #expect(name(disposition: value) == "This is even more ***fun*** isn't it!")
    }

    @Test(arguments: [
        ("attachment; filename=a.pdf", "a.pdf"),
        ("attachment; filename=\"a \\\"b\\\".pdf\"", "a \"b\".pdf"),
        ("attachment; FileName = \"a.pdf\" ; size=1", "a.pdf"),
        ("attachment; filename*=utf-8''%e2%82%ac%20rates", "€ rates"),
        ("attachment; filename=\"EURO rates\"; filename*=utf-8''%e2%82%ac%20rates", "€ rates"),
        ("attachment; filename*=iso-8859-1'de'%FCber.txt", "über.txt"),
        ("attachment; filename*=UTF-8''a%zzb%4", "a%zzb%4"),
        ("attachment; filename*=no-quotes.txt", "no-quotes.txt"),
        ("attachment; filename*1=b; filename*0=a; filename*2=c", "abc"),
        ("attachment; filename*0=a; filename*2=c", "a"),
        ("attachment; filename*1=b", nil as String?),
        ("attachment; filename*0*=utf-8''%C3; filename*1*=%A9", "é"),
        ("attachment; filename=\"=?utf-8?q?caf=C3=A9?= =?utf-8?q?_x.txt?=\"", "café x.txt"),
        ("attachment; filename==?utf-8?b?w6kudHh0?=", "é.txt"),
        ("attachment; filename=my report.pdf", "my report.pdf"),
        ("attachment; filename=report(1).pdf", "report(1).pdf"),
        ("attachment; filename=a.txt (the first)", "a.txt"),
        ("attachment; filename=\"never closed", "never closed"),
        ("attachment; filename=\"a\\", "a\\"),
        ("attachment; filename=Grüße.txt", "Grüße.txt"),
        ("attachment; filename*=utf-8''a%00%0Ab", "ab"),
        ("filename=forgotten.txt", "forgotten.txt"),
        ("attachment; filename", nil),
        ("attachment; ; ;filename=a", "a"),
        ("attachment", nil),
    ])
    func readsFileNamesAsTheyComeInTheWild(_ value: String, _ expected: String?) {
        #expect(name(disposition: value) == expected)
    }

    @Test func theNameOfTheTypeStandsInForAMissingFileName() {
        let sample = Sample(
            "Content-Type: image/png; name=\"=?utf-8?q?=C3=A9.png?=\"", "Content-Disposition: inline", "", "")
        #expect(sample.structure.root.fileName == "é.png")
        #expect(sample.structure.root.disposition == "inline")
    }

    @Test func typesAreReadInAnyCaseAndWithComments() {
        #expect(part(type: "TEXT/HTML; charset=\"UTF-8\"").mediaType == "text/html")
        #expect(part(type: "TEXT/HTML; charset=\"UTF-8\"").charset == "UTF-8")
        #expect(part(type: "text (a) / (b) plain; charset=us-ascii (Plain text)").mediaType == "text/plain")
        #expect(part(type: "text/plain; charset=us-ascii (Plain text)").charset == "us-ascii")
        #expect(part(type: "text/html").charset == "us-ascii")
        #expect(part(type: "image/png").charset == nil)
    }

    @Test func aTypeThatIsNoneCountsAsText() {
        for value in ["", "text", "/", "text/", "/plain", ";charset=utf-8", "a b c"] {
            let structure = Sample("Content-Type: " + value, "", "").structure
            #expect(structure.root.mediaType == "text/plain")
            #expect(structure.defects == .badContentType)
        }
    }

    @Test func otherFieldsOfAPartAreRead() {
        let root = Sample(
            "Content-Type: image/png", "Content-ID: (x) <a@\r\n b>", "Content-Language: en, de (Deutsch) ,fr",
            "Content-Location: http://x.example/\r\n a", "Content-Disposition: ATTACHMENT (c) ; x=y", "", ""
        ).structure.root
        #expect(root.contentID == "a@b")
        #expect(root.languages == ["en", "de", "fr"])
        #expect(root.location == "http://x.example/a")
        #expect(root.disposition == "attachment")
        #expect(Sample("Content-ID: bare", "", "").structure.root.contentID == "bare")
    }
}
