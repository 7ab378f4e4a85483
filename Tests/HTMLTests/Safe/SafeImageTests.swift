import HTML
import Testing

@Suite struct SafeImageTests {
    private func shown(_ html: String) -> SafeHTML { safe(Array(html.utf8), showsImages: true) }

    @Test func remoteImagesAreLeftOutAndCounted() {
        let html =
            "<img src=https://a.example/1.png alt=b width=90 height=50><img src=//c.example/2.png><img src=https://a.example/1.png>"
        let result = safe(Array(html.utf8))
        #expect(result.html == "<div class=\"m--body\"><img alt=\"b\" width=\"90\" height=\"50\"><img><img></div>")
        #expect(result.remoteImages == 2)
        #expect(result.trackers == 0)
        #expect(result.remoteHosts == ["a.example", "c.example"])
    }

    @Test func orGetTheAddressThatIsGivenForThem() {
        #expect(
            shown("<img alt=b src=https://a.example/1.png>").html.contains("<img src=\"/proxy/signed/23\" alt=\"b\">"))
        #expect(
            shown("<td><table background=https://a.example/><tr><td background=https://b.example/>").html.contains(
                "<table style=\"background-image:url(&#34;/proxy/signed/18&#34;)\">"))
        #expect(
            shown("<p style='background:#fff url(https://a.example/x) no-repeat'>").html.contains(
                "background:#fff url(&#34;/proxy/signed/19&#34;) no-repeat"))
        #expect(
            shown("<style>td{background:url(https://a.example/x)}</style>").html.contains(
                ".m--body td{background:url(\"/proxy/signed/19\")}"))
    }

    @Test func eachIsAskedForOnceAndNoMoreThanAThousand() {
        var asked: [ImageSource] = []
        let html = Array(
            (0..<1_100).map { "<img src=https://a.example/\($0)><img src=https://a.example/\($0)>" }.joined().utf8)
        let result = html.withUnsafeBytes { bytes in
            HTMLSanitizer.sanitize(bytes) { source in
                asked.append(source)
                return "/x"
            }
        }
        #expect(asked.count == 1_000)
        #expect(Set(asked).count == 1_000)
        #expect(result.remoteImages == 1_000)
        #expect(result.remoteHosts == ["a.example"])
        #expect(result.html.split(separator: "src=").count == 2_001)
    }

    @Test(arguments: [
        "width=1 height=1", "width=2 height=2", "width=0", "height=0px", "style='display:none'",
        "style='width:1px;height:1px'",
        "style='max-height:0'", "style='visibility:hidden'", "style='opacity:0'", "hidden",
        "width=90 height=90 style='width:0'",
    ])
    func imagesOfWhichNothingIsSeenAreTrackers(_ attributes: String) {
        let result = shown("a<img src=https://a.example/ \(attributes)>b")
        #expect(result.trackers == 1)
        #expect(result.remoteImages == 0)
        #expect(result.remoteHosts == ["a.example"])
        #expect(result.html == "<div class=\"m--body\">ab</div>")
    }

    @Test(arguments: ["width=1 height=20", "height=1", "width=600", "style='width:1em'", ""])
    func othersAreNot(_ attributes: String) {
        #expect(shown("<img src=https://a.example/ \(attributes)>").trackers == 0)
    }

    @Test func partsOfTheMessageAndInlineImagesAreShown() {
        let result = safe(Array("<img src=cid:a%40b><img src='data:image/png;base64,AAAA BBBB='><img src=CID:>".utf8))
        #expect(
            result.html == """
                <div class="m--body"><img src="/jmap/download/A/B/3"><img src="data:image/png;base64,AAAABBBB="><img></div>
                """)
        #expect(result.remoteImages == 0)
        for address in [
            "data:image/svg+xml;base64,AAAA", "data:image/png,AAAA", "data:text/html;base64,AAAA",
            "data:image/png;base64,<",
            "data:image/png;charset=x;base64,AAAA", "data:,", "file:///a.png", "a.png", "/a.png", "javascript:a",
            "blob:a", "mid:a",
        ] {
            #expect(safe(Array("<img src=\"\(address)\">".utf8)).html.contains("<img>"), "\(address)")
        }
    }

    @Test func otherWaysToNameAnImageAreNone() {
        for html in [
            "<img srcset='https://a.example/ 2x'>", "<picture><source srcset=https://a.example/></picture>",
            "<video poster=https://a.example/></video>", "<input type=image src=https://a.example/>",
            "<img lowsrc=https://a.example/>",
            "<p style='list-style-image:url(https://a.example/)'>a</p>",
            "<p style='cursor:url(https://a.example/),auto'>a</p>",
            "<style>@media screen{p{background:url(https://a.example/)}}</style>",
            "<style media=print>p{background:url(https://a.example/)}</style>",
            "<style>p:hover{background:url(https://a.example/)}</style>",
        ] {
            let result = shown(html)
            #expect(!result.html.contains("proxy") && !result.html.contains("a.example"), "\(html)")
            #expect(result.remoteImages == 0)
        }
    }
}
