import HTML
import Testing

@Suite struct SafePartsTests {
    private func parts(_ limits: HTMLSanitizer.Limits = .init(), _ body: (inout HTMLSanitizer) -> Void) -> SafeHTML {
        var sanitizer = HTMLSanitizer(limits: limits) { _ in nil }
        body(&sanitizer)
        return sanitizer.finish()
    }

    private func add(_ html: String, to sanitizer: inout HTMLSanitizer) {
        Array(html.utf8).withUnsafeBytes { sanitizer.add(html: $0) }
    }

    @Test func partsStandOneAfterAnother() {
        let result = parts { sanitizer in
            add("<style>p{margin:0}</style><p>a", to: &sanitizer)
            sanitizer.add(imageAt: "/jmap/download/x?a&b", name: "\"b\"")
            Array("c <b>\r\n&amp;".utf8).withUnsafeBytes { sanitizer.add(text: $0) }
            add("<style>b{margin:0}</style></div><b>d", to: &sanitizer)
        }
        #expect(
            result.html == """
                <style>
                .m--body p{margin:0}
                .m--body b{margin:0}
                </style><div class="m--body"><p>a</p></div><div><img src="/jmap/download/x?a&amp;b" alt="&#34;b&#34;"></div>\
                <div class="m--text" style="white-space:pre-wrap">c &lt;b&gt;
                &amp;amp;</div><div class="m--body"><b>d</b></div>
                """)
        #expect(StrictReader(result.html).faults.isEmpty)
    }

    @Test func whatIsCountedIsCountedOnceForAll() {
        let result = parts { sanitizer in
            add("<img src=https://a.example/1><img src=https://a.example/2>", to: &sanitizer)
            add("<img src=https://a.example/1><img src=https://b.example/ width=1 height=1>", to: &sanitizer)
        }
        #expect(result.remoteImages == 2)
        #expect(result.trackers == 1)
        #expect(result.remoteHosts == ["a.example", "b.example"])
    }

    @Test func oneBoundHoldsForAll() {
        let result = parts(.init(inputOctets: 6)) { sanitizer in
            add("abcd", to: &sanitizer)
            add("efgh", to: &sanitizer)
            Array("ijkl".utf8).withUnsafeBytes { sanitizer.add(text: $0) }
        }
        #expect(result.isCut)
        #expect(result.html.contains("abcd") && result.html.contains("ef<") && !result.html.contains("i" + "j"))
    }

    @Test func nothingAtAllIsSafe() {
        #expect(parts { _ in }.html == "")
        #expect(safe([]).html == "<div class=\"m--body\"></div>")
    }
}
