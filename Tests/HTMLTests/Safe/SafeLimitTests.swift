import HTML
import Testing

@Suite struct SafeLimitTests {
    private func repeated(_ unit: String, _ count: Int) -> [UInt8] { Array(String(repeating: unit, count: count).utf8) }

    @Test func whatIsLongerThanMayBeReadIsCut() {
        let limits = HTMLSanitizer.Limits(inputOctets: 10)
        let whole = safe(Array("<p>1234567".utf8), limits: limits)
        #expect(whole.html.contains("1234567") && !whole.isCut)
        let cut = safe(Array("<p>12345678".utf8), limits: limits)
        #expect(cut.html.contains("1234567<") && cut.isCut)
    }

    @Test func deeperElementsAreLeftOutAndTheirTextStays() {
        let limits = HTMLSanitizer.Limits(depth: 3)
        #expect(
            safe(Array("<div><div><div><i>a</i>b<img alt=c></div>".utf8), limits: limits).html
                == "<div class=\"m--body\"><div><div><div>ab<img alt=\"c\"></div></div></div></div>")
        let deep = safe(repeated("<div>", 10_000) + Array("a".utf8))
        #expect(deep.html.split(separator: "<div").count == 201)
        #expect(!deep.isCut)
        #expect(StrictReader(deep.html).faults.isEmpty)
    }

    @Test func soAreTablesThatHaveNoRoomForACell() {
        for depth in 1...8 {
            let limits = HTMLSanitizer.Limits(depth: depth)
            let html = "<div><table>a<col><tr><td>b<b>c<caption>d</table>e</div>f"
            #expect(StrictReader(safe(Array(html.utf8), limits: limits).html).faults.isEmpty)
        }
    }

    @Test func thereAreNoMoreNodesThanMayBe() {
        let limits = HTMLSanitizer.Limits(nodes: 100)
        #expect(!safe(repeated("<br>", 99), limits: limits).isCut)
        let cut = safe(repeated("<br>", 100), limits: limits)
        #expect(cut.isCut)
        #expect(cut.html.split(separator: "<br>").count <= 101)
    }

    @Test func whatIsTakenUpAgainIsBounded() {
        let fonts = (0..<100).map { "<font color=#\($0 + 100)>" }.joined()
        let html = Array(("<p>" + fonts + String(repeating: "<p>x", count: 50_000)).utf8)
        let result = safe(html)
        #expect(result.isCut)
        #expect(result.html.utf8.count < 24 << 20)
        #expect(result.html.contains("<p>" + (68..<100).map { "<font color=\"#\($0 + 100)\">" }.joined() + "x"))
    }

    @Test func sheetsAreReadToAQuarterOfAMebibyte() {
        let sheet = String(repeating: "p{margin:0}\n", count: 12_000)
        let result = safe(Array("<style>\(sheet)</style><style>\(sheet)</style><p>a".utf8))
        #expect(result.isCut)
        #expect(result.html.split(separator: "{margin").count == 5_001)
    }

    /// How many steps and octets are looked at for so many repetitions.
    private func work(_ unit: String, _ count: Int, before: String) -> Int {
        let octets = Array((before + String(repeating: unit, count: count)).utf8)
        return octets.withUnsafeBytes { bytes in
            var sanitizer = HTMLSanitizer { _ in nil }
            sanitizer.add(html: bytes)
            _ = sanitizer.finish()
            return sanitizer.work
        }
    }

    @Test(arguments: [
        "<p>", "</p>", "<b>", "</b>", "<a>", "<a href=x:>", "<li>", "<table>", "<td>", "<tr>", "<b><p></b>", "<i><div>",
        "</div>",
        "<table><td><b>", "<col>", "<h1>", "<svg>", "</svg>", "<template>", "<b><i></b></i>", "<dd>",
        "<font size=1><p>", "x",
    ])
    func theWorkGrowsWithTheLengthAlone(_ unit: String) {
        for before in ["", "<b><i><u><s>", "<table><tr>", "<ul><li>"] {
            let small = work(unit, 1_000, before: before)
            let large = work(unit, 8_000, before: before)
            // The stack is bounded, so is the list of formatting; past them nothing grows.
            #expect(large <= 9 * small + 8_000 * 500, "\(before)\(unit): \(small) \(large)")
            #expect(large <= 8_000 * 1_600, "\(before)\(unit): \(large)")
        }
    }
}
