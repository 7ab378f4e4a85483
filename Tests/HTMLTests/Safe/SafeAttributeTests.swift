import HTML
import Testing

@Suite struct SafeAttributeTests {
    @Test func attributesOfLayoutStay() {
        let table = "<table width=\"100%\" border=\"0\" cellpadding=\"0\" bgcolor=\"#ffffff\" align=\"center\">"
        #expect(body(table).hasPrefix(table))
        #expect(
            body("<font color=red face='Arial, sans-serif' size=+1>a</font>")
                == "<font color=\"red\" face=\"Arial, sans-serif\" size=\"+1\">a</font>")
        #expect(
            body("<ol type=A start=3><li value=5>a</ol>") == "<ol type=\"A\" start=\"3\"><li value=\"5\">a</li></ol>")
        #expect(
            body("<p align=RIGHT dir=rtl lang=de-AT width=9>a")
                == "<p align=\"right\" dir=\"rtl\" lang=\"de-AT\" width=\"9\">a</p>")
    }

    @Test func whatTheyMayNotHoldTakesThemAway() {
        for attribute in [
            "width=expression(1)", "width=1e9", "align=javascript:", "dir=x", "lang='a b'", "onclick=a", "is=a-b",
            "slot=a",
            "accesskey=a", "tabindex=1", "contenteditable", "style='position:fixed'", "style=x", "role=application",
            "bgcolor=red", "href=https://a.example", "src=https://a.example", "data-x=y", "xmlns=a", "popover",
            "part=a",
        ] {
            #expect(body("<p \(attribute)>a</p>") == "<p>a</p>", "\(attribute)")
        }
        #expect(body("<p align=left align=right>a</p>") == "<p align=\"left\">a</p>")
    }

    @Test func namesHaveAPrefix() {
        #expect(
            body("<a name=top id=x>a</a><a href=#top>b</a>")
                == "<a name=\"m-top\" id=\"m-x\">a</a><a href=\"#m-top\">b</a>")
        #expect(body("<p class='a  b \"c d/e'>a") == "<p class=\"m-a m-b\">a</p>")
        #expect(body("<p id='a b' class=''>a") == "<p>a</p>")
        #expect(
            body("<img usemap=#m alt=a><map name=m><area shape=rect coords=0,0,9,9 href=https://a.example/></map>")
                == """
                <img usemap="#m-m" alt="a"><map name="m-m"><area shape="rect" coords="0,0,9,9" href="https://a.example/" \
                target="_blank" rel="noopener noreferrer"></map>
                """)
    }

    @Test(arguments: [
        ("https://a.example/b?c=d&e#f", "https://a.example/b?c=d&amp;e#f"), ("HTTP://A.Example", "http://a.example"),
        (" \thtt\nps://a.example/b c", "https://a.example/b%20c"),
        ("https:\\\\a.example\\b?\\", "https://a.example/b?%5C"),
        ("https:a.example", "https://a.example"), ("https:////a.example/", "https://a.example/"),
        ("https://me:secret@a.example:8443/", "https://a.example:8443/"),
        ("mailto:a@b.example?subject=c d", "mailto:a@b.example?subject=c%20d"),
        ("tel:+43-1-5", "tel:+43-1-5"), ("https://bücher.example/ä", "https://bücher.example/%C3%A4"),
        ("http://[2001:db8::1]:80/", "http://[2001:db8::1]:80/"),
        ("https://a.example/'\"`<>", "https://a.example/%27%22%60%3C%3E"),
    ])
    func linksLeadWhereTheyWereMeantTo(_ written: String, _ address: String) {
        let value = written.replacing("\"", with: "&quot;")
        #expect(
            body("<a href=\"\(value)\">x</a>")
                == "<a href=\"\(address)\" target=\"_blank\" rel=\"noopener noreferrer\">x</a>")
    }

    @Test(arguments: [
        "javascript:a", "data:text/html,a", "vbscript:a", "file:///a", "ftp://a.example/", "cid:a", "blob:a",
        "about:blank",
        "/a", "a", "//a.example/", "?a", "", "https://", "https:///", "https://a b.example/", "https://a.example:x/",
        "http://[::1/",
        "mailto:", "view-source:https://a.example", "https\0://", "#", "#a b",
    ])
    func otherLinksLeadNowhere(_ written: String) {
        #expect(body("<a href=\"\(written)\">x</a>").hasPrefix("<a>x"), "\(body("<a href=\"\(written)\">x</a>"))")
    }

    @Test func aLinkThatNamesAnotherHostSaysSo() {
        let html = "<a href=https://evil.example/ title=bank>https://www.bank.example/login</a>"
        #expect(body(html).contains("title=\"evil.example\">https"))
        #expect(safe(Array(html.utf8)).misleadingLinks == 1)
        for text in [
            "evil.example", "www.evil.example/x", "https://shop.evil.example", "click here", "bank", "a.pdf", "1.5",
            "a@bank.com",
        ] {
            #expect(safe(Array("<a href=https://evil.example/>\(text)</a>".utf8)).misleadingLinks == 0, "\(text)")
        }
        for text in ["bank.com", "<b>www.bank</b>.example", "bank.de/x"] {
            #expect(safe(Array("<a href=https://evil.example/>\(text)</a>".utf8)).misleadingLinks == 1, "\(text)")
        }
    }

    @Test func theBodysColoursStay() {
        let html = "<html lang=de><body bgcolor=#eee text=black class=a style='margin:0' link=red>b</body></html>"
        #expect(
            safe(Array(html.utf8)).html == """
                <div class="m--body m-a" lang="de" style="color:black;background-color:#eee;margin:0">b</div>
                """)
    }
}
