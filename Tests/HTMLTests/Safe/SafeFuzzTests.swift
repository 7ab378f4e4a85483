import HTML
import TestSupport
import Testing

@Suite struct SafeFuzzTests {
    /// What mutations insert: everything that has a meaning somewhere.
    private static let pieces: [[UInt8]] =
        [
            "<", ">", "</", "/>", "\"", "'", "`", "=", "&", "&#", ";", "&lt", "<!--", "-->", "<![CDATA[", "]]>", "<?",
            "\0",
            " ", "\n", "<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<i>", "</i>", "<a href=x:>", "</a>",
            "<a id=1>",
            "<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<th>", "<caption>", "</caption>", "<tbody>",
            "<col>",
            "<colgroup>", "<li>", "<ul>", "</ul>", "<dd>", "<dt>", "<h1>", "</h2>", "<pre>", "\r\n", "<svg>", "</svg>",
            "<math>", "<mtext>", "<foreignObject>", "<style>", "</style>", "<xmp>", "</xmp>", "<template>",
            "</template>",
            "<select>", "<font color=red>", "</font>", "<nobr>", "<body>", "<html>", "<head>", "<br>", "</br>",
            "<img src=",
            "<details>", "<ruby>", "<rt>", "<rp>", "</span>", "<span>", "{", "}", "url(", "/*", "*/", "\\", "@media ",
            "@import ",
            ":", ",", " style='", " title=\"", " src=http://h/ ", " href=javascript:", "é", "\u{FEFF}",
        ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80]]

    static func mutate(_ html: [UInt8], _ others: [[UInt8]], _ random: inout SeededRandom) -> [UInt8] {
        var octets = html
        for _ in 0..<Int.random(in: 1...14, using: &random) {
            let place = Int.random(in: 0...octets.count, using: &random)
            let end = min(octets.count, place + Int.random(in: 0...40, using: &random))
            switch Int.random(in: 0..<7, using: &random) {
            case 0: octets.replaceSubrange(place..<end, with: [])
            case 1:
                let piece = Array(octets[place..<end])
                octets.insert(contentsOf: piece, at: Int.random(in: 0...octets.count, using: &random))
            case 2:
                let other = others.randomElement(using: &random) ?? []
                let from = Int.random(in: 0...other.count, using: &random)
                let to = min(other.count, from + Int.random(in: 0...80, using: &random))
                octets.insert(contentsOf: other[from..<to], at: place)
            case 3: if place < octets.count { octets[place] ^= 1 << UInt8.random(in: 0...7, using: &random) }
            default: octets.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: place)
            }
        }
        return octets
    }

    @Test func whateverIsSplicedIsSafeAndReadAsItWasMeant() throws {
        let corpus = Attack.all.map(\.octets).filter { $0.count < 3_000 }
        try #require(!corpus.isEmpty)
        var random = SeededRandom(seed: SeededRandom.seed)
        for round in 0..<SeededRandom.rounds {
            let html = Self.mutate(corpus.randomElement(using: &random) ?? [], corpus, &random)
            let result = safe(html, showsImages: round.isMultiple(of: 2))
            let faults = StrictReader(result.html).faults
            #expect(faults.isEmpty, "\(round): \(faults) \(String(decoding: html, as: UTF8.self))")
            let trees = ParsedAgain.trees(html)
            #expect(trees.read == trees.again, "\(round): \(String(decoding: html, as: UTF8.self))")
        }
    }

    @Test func tagsInAnyOrderMakeATreeThatIsReadAlike() throws {
        var random = SeededRandom(seed: SeededRandom.seed &+ 1)
        let pieces = Self.pieces + [[0x78]]
        for round in 0..<SeededRandom.rounds {
            var html: [UInt8] = []
            for _ in 0..<Int.random(in: 2...40, using: &random) { html += pieces.randomElement(using: &random) ?? [] }
            let trees = ParsedAgain.trees(html)
            #expect(trees.read == trees.again, "\(round): \(String(decoding: html, as: UTF8.self))")
            let faults = StrictReader(safe(html).html).faults
            #expect(faults.isEmpty, "\(round): \(faults) \(String(decoding: html, as: UTF8.self))")
        }
    }
}
