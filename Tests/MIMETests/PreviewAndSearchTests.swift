import MIME
import Testing

@Suite struct PreviewTests {
    private func preview(_ body: String, type: String = "text/plain; charset=utf-8") -> String {
        Sample("Content-Type: " + type, "", body).summary.preview
    }

    @Test func foldsWhiteSpace() {
        #expect(preview("  Hello,\r\n\r\n\tworld \u{A0}\u{3000} !\r\n") == "Hello, world !")
    }

    @Test func leavesQuotedLinesOutUnlessThereIsNothingElse() {
        #expect(preview("> old\r\n>> older\r\nnew\r\n > old") == "new")
        #expect(preview("> only\r\n> quotes") == "> only > quotes")
        #expect(preview("<blockquote>old</blockquote><p>new", type: "text/html") == "new")
    }

    @Test func readsHTMLWhenThereIsNoPlainText() {
        #expect(
            preview("<head><title>no</title><style>p{}</style></head><p>Hello &amp; <b>bye</b>", type: "text/html")
                == "Hello & bye")
        let empty = Sample(
            "Content-Type: multipart/alternative; boundary=b", "", "--b", "", "  ", "--b", "Content-Type: text/html",
            "",
            "<p>html", "--b--", "")
        #expect(empty.summary.preview == "html")
    }

    @Test func findsTextBehindALongHead() {
        let style = "<style>" + String(repeating: "p { color: red }\n", count: 8_000) + "</style>"
        #expect(preview("<html><head>\(style)</head><body>Found", type: "text/html") == "Found")
    }

    @Test func paddingOfHiddenPreviewsIsDropped() {
        #expect(preview("Sale\u{200C}\u{A0}\u{200C}\u{A0}\u{34F} \u{200B}\u{FEFF}\u{AD}now") == "Sale now")
        #expect(preview("می\u{200C}خواهم") == "می\u{200C}خواهم")
        #expect(preview("👩\u{200D}👩") == "👩\u{200D}👩")
    }

    @Test func isNeverLongerThan256HoweverCharactersAreCounted() {
        for unit in ["a", "é", "€", "😀", "a b", "e\u{301}", "👩\u{200D}👩\u{200D}👧"] {
            let found = preview(String(repeating: unit, count: 600))
            #expect(found.utf16.count <= 256)
            #expect(found.utf16.count > 245)
        }
    }

    @Test func isEmptyWithoutText() {
        #expect(preview("") == "")
        #expect(preview("iVBORw0KGgo=", type: "image/png") == "")
    }
}

@Suite struct SearchTextTests {
    @Test func holdsSubjectAddressesBodyAndNames() {
        let text = Sample(
            "From: =?utf-8?q?J=C3=B6?= <j@x.example>", "To: a@x.example, G: b@x.example;", "Cc: c@x.example",
            "Subject: Hello", "Content-Type: multipart/mixed; boundary=b", "", "--b", "", "body text", "--b",
            "Content-Type: application/pdf; name=one.pdf", "", "JVBERi0=", "--b--", ""
        ).search()
        #expect(text.subject == "Hello")
        #expect(text.addresses == "Jö j@x.example\na@x.example\nb@x.example\nc@x.example")
        #expect(text.body == "body text")
        #expect(text.attachmentNames == "one.pdf")
    }

    private func alternative(plain: String, html: String) -> String {
        Sample(
            "Content-Type: multipart/alternative; boundary=b", "", "--b", "", plain, "--b", "Content-Type: text/html",
            "",
            html, "--b--", ""
        ).search().body
    }

    @Test func ofAnAlternativeOneIsEnoughUnlessTheHTMLSaysMuchMore() {
        #expect(alternative(plain: "the whole story", html: "<p>the whole <b>story</b>") == "the whole story")
        let story = String(repeating: "<p>a long story of many words", count: 50)
        let both = alternative(plain: "see the HTML", html: story)
        #expect(both.hasPrefix("see the HTML\na long story"))
    }

    @Test func isBoundedBetweenCharacters() {
        let sample = Sample(
            "Subject: " + String(repeating: "é", count: 100), "Content-Type: text/plain; charset=utf-8", "",
            String(repeating: "é", count: 100))
        for limit in 0..<10 {
            let text = sample.search(limit: limit)
            #expect(text.subject == String(repeating: "é", count: limit / 2))
            #expect(text.body == String(repeating: "é", count: limit / 2))
        }
        #expect(sample.search(limit: -5).body.isEmpty)
        let html = Sample("Content-Type: text/html; charset=utf-8", "", "<p>" + String(repeating: "é", count: 100))
        #expect(html.search(limit: 5).body == "éé")
    }
}
