import HTML
import Testing

func plainText(_ html: String, limit: Int = .max) -> String {
    String(decoding: Array(html.utf8).withUnsafeBytes { HTMLText.plainText($0, limit: limit) }, as: UTF8.self)
}

@Suite struct HTMLTextTests {
    @Test func blocksBeginLinesAndSpaceFolds() {
        #expect(plainText("<p>One  \n two</p><p>three<br>four</p>") == "One two\nthree\nfour")
    }
}
