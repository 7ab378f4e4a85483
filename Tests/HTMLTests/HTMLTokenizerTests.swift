import HTML
import Testing

/// All tokens as text: `(tag)`, `(/tag)`, `(!)`, and text as it is.
private func tokens(_ html: String) -> String {
    let octets = Array(html.utf8)
    return octets.withUnsafeBytes { bytes in
        var tokenizer = HTMLTokenizer(bytes)
        var found = ""
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        while let token = tokenizer.next() {
            switch token {
            case .text(let range, _): found += text(range)
            case .startTag(let tag): found += "(\(text(tag.name))\(text(tag.attributes)))"
            case .endTag(let tag): found += "(/\(text(tag.name)))"
            case .markup: found += "(!)"
            }
        }
        return tokenizer.incompleteStart == nil ? found : found + "…"
    }
}

@Suite struct HTMLTokenizerTests {
    @Test func cutsTextAndTags() {
        #expect(tokens("a<b c='d>'>e</b>f") == "a(b c='d>')e(/b)f")
        #expect(tokens("<!-- > -->a<!x>b<?y?>c</!z>") == "(!)a(!)b(!)c(!)")
        #expect(tokens("<script>a<b></scripty></script>c") == "(script)a<b></scripty>(/script)c")
        #expect(tokens("<script></script>c") == "(script)(/script)c")
        #expect(tokens("<script>a</") == "(script)a</")
    }

    @Test func tellsWhereAnIncompleteTagBegins() {
        for html in ["a<b", "a<b c", "a<b c='", "a</b", "a<!", "a<!--", "a<!-- b --", "a<?"] {
            #expect(tokens(html) == "a…")
        }
        #expect(tokens("a<") == "a<")
    }

    /// How many octets are looked at for so many repetitions.
    private func work(_ unit: String, _ count: Int, before: String = "") -> Int {
        let octets = Array((before + String(repeating: unit, count: count)).utf8)
        return octets.withUnsafeBytes { bytes in
            var tokenizer = HTMLTokenizer(bytes)
            while tokenizer.next() != nil {}
            return tokenizer.work
        }
    }

    @Test(arguments: [
        "<", "< ", "<a", "<a ", "<a b=\"", "<a b='\"", "<!", "<!--", "<!-->", "<!-- >", "</", "</a", "<p>", "<p>x</p>",
        "<script>",
        "<script></", "<script></s", "<title></titl ", "&", "&#", "&am", "<a =\"\"", "<a b=c>", "\"'>", "<![CDATA[",
        "<?",
    ])
    func theWorkGrowsWithTheLengthAlone(_ unit: String) {
        for before in ["", "<!--", "<script>", "<a b=\""] {
            let small = work(unit, 1_000, before: before)
            let large = work(unit, 10_000, before: before)
            #expect(large <= 11 * small + 200, "\(before)\(unit): \(small) \(large)")
            #expect(large <= 4 * 10_000 * unit.utf8.count + 200, "\(before)\(unit): \(large)")
        }
    }
}

@Suite struct HTMLTruncationTests {
    private func cut(_ html: String, _ end: Int) -> String {
        let octets = Array(html.utf8)
        let place = octets.withUnsafeBytes { HTMLText.endOutsideTags($0, upTo: end) }
        return String(decoding: octets[..<place], as: UTF8.self)
    }

    @Test func neverCutsATag() {
        let html = "a<b c='>'>d</b>e"
        for end in 2..<10 { #expect(cut(html, end) == "a") }
        #expect(cut(html, 10) == "a<b c='>'>")
        for end in 12..<15 { #expect(cut(html, end) == "a<b c='>'>d") }
        #expect(cut(html, 100) == html)
        #expect(cut(html, -1) == "")
    }

    @Test func mayCutACommentAScriptAndALoneSign() {
        #expect(cut("a<!-- b -->c", 7) == "a<!-- b")
        #expect(cut("<script>a < b</script>", 13) == "<script>a < b")
        #expect(cut("1 < 2", 4) == "1 < ")
    }
}
