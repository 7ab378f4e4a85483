import HTML
import Testing

@Suite struct SafeStyleTests {
    private func inline(_ style: String) -> String {
        let html = body("<p style=\"\(style.replacing("\"", with: "&quot;"))\">a</p>")
        guard html.hasPrefix("<p style=\""), let end = html.firstRange(of: "\">a</p>") else { return "" }
        return String(html[html.index(html.startIndex, offsetBy: 10)..<end.lowerBound])
            .replacing("&#34;", with: "\"").replacing("&#39;", with: "'")
    }

    private func sheet(_ sheet: String) -> String {
        let html = safe(Array("<style>\(sheet)</style>".utf8)).html
        guard html.hasPrefix("<style>\n"), let end = html.firstRange(of: "</style>") else { return "" }
        return String(html[html.index(html.startIndex, offsetBy: 8)..<end.lowerBound])
    }

    @Test func knownPropertiesStay() {
        #expect(
            inline("color:red; MARGIN : 0 auto!important;font:12px/1.5 \"A B\",serif;")
                == "color:red;margin:0 auto !important;font:12px / 1.5 \"A B\",serif")
        #expect(
            inline("width:calc(100% - (2px + 1em));color:rgba(0,0,0,.5)")
                == "width:calc(100% - (2px + 1em));color:rgba(0,0,0,.5)")
        #expect(
            inline("background:linear-gradient(to right,#fff,rgb(0 0 0 / 50%))")
                == "background:linear-gradient(to right,#fff,rgb(0 0 0 / 50%))")
    }

    @Test(arguments: [
        "position:fixed", "position:absolute", "z-index:9", "behavior:url(a)", "-moz-binding:url(a)", "filter:none",
        "cursor:help",
        "--a:b", "color:var(--a)", "width:expression(a)", "color:attr(a)", "color:env(a)", "display:-webkit-box",
        "color:red;}",
        "color:#ggg", "width:1quux", "width:1px2", "transform:none", "animation:a", "transition:a", "content:url(a)",
        "background:image-set('a' 1x)", "background:element(#a)", "background:url(a", "background:paint(a)",
        "border-image:none",
        "color:\"red\"", "color:[a]", "color:{}", "mask:none", "clip-path:none", "list-style-image:none", "all:unset",
        "src:url(a)",
        "color:@a", "width:123456789012345678901px", "color", ":red", "color:", "12:red", "color:<!--", "inset:0",
    ])
    func everythingElseIsLeftOut(_ style: String) {
        let left = inline(style)
        #expect(left.isEmpty || left == "color:red", "\(left)")
    }

    @Test func escapesAndCommentsAreResolvedBeforeAnythingIsDecided() {
        #expect(inline("c\\6f lor:/**/r\\65 d") == "color:red")
        #expect(inline("pos/**/ition:fixed;color:red") == "color:red")
        #expect(inline("\\70osition:fixed") == "")
        #expect(inline("font-family:'a\\27 ;\\3c/style\\3e'") == "font-family:\"a\\27 \\3b \\3c /style\\3e \"")
        #expect(inline("font-family:expre/**/ssion(a)") == "")
        #expect(inline("width:calc(url/**/(a))") == "width:calc(url (a))")
    }

    @Test func oneBadDeclarationSpoilsNoOther() {
        #expect(inline("a:b(;color:red;);margin:0") == "margin:0")
        #expect(inline("a:{color:red;};margin:0") == "margin:0")
        #expect(inline("color:red;width:'a\nb;margin:0") == "color:red;margin:0")
        #expect(inline("color:rgb(0,0,0") == "color:rgb(0,0,0)")
    }

    @Test func rulesAreWrittenAnew() {
        #expect(
            sheet("p.a > #b td:hover , a:link{color:red}")
                == ".m--body p.m-a>#m-b td:hover,.m--body a:link{color:red}\n")
        #expect(
            sheet("*{margin:0}body{color:red}html,html body p{margin:0}.body{margin:1px}") == """
                .m--body *{margin:0}
                .m--body{color:red}
                .m--body,.m--body p{margin:0}
                .m--body .m-body{margin:1px}\n
                """)
        #expect(
            sheet("<!-- p{color:red} --> /* c */ TD { margin : 0 }") == ".m--body p{color:red}\n.m--body td{margin:0}\n"
        )
    }

    @Test(arguments: [
        "[a]", "p[title^=a]", "a[href*='b']", "p+p", "p~p", "p::before", "p:before", "p:has(b)", "p:not(a)",
        "p:nth-child(2)",
        "p:target", "x-y", "svg", "p|a", "&", "p &", "p:first-line", "u + .body", "p.1a", ":root", "p >", "> p",
    ])
    func otherSelectorsAreLeftOut(_ selector: String) {
        #expect(sheet("\(selector){color:red}b{color:red}") == ".m--body b{color:red}\n", "\(selector)")
        #expect(sheet("\(selector),i{color:red}") == ".m--body i{color:red}\n", "\(selector)")
    }

    @Test func simpleMediaRulesStay() {
        #expect(
            sheet("@media only screen and (max-width:600px){p{margin:0}}b{margin:0}") == """
                @media only screen and (max-width:600px){
                .m--body p{margin:0}
                }
                .m--body b{margin:0}\n
                """)
        #expect(
            sheet("@media (prefers-color-scheme:dark),print{p{margin:0}}").hasPrefix(
                "@media (prefers-color-scheme:dark),print{"))
        #expect(safe(Array("<style media=print>p{margin:0}</style>".utf8)).html.hasPrefix("<style>\n@media print{\n"))
    }

    @Test(arguments: [
        "@import 'a';", "@import url(a) screen;", "@charset 'utf-8';", "@namespace a url(b);", "@font-face{src:url(a)}",
        "@media (resolution:1dppx){p{margin:0}}", "@media not screen{p{margin:0}}",
        "@media screen{@media print{p{margin:0}}}",
        "@media (min-width:calc(1px)){p{margin:0}}", "@supports (a:b){p{margin:0}}", "@layer a{p{margin:0}}",
        "@page{margin:0}",
        "@keyframes a{from{margin:0}}", "@container a{p{margin:0}}", "@property --a{syntax:'*'}", "@a{b{c{d}}}",
        "@media screen and{p{margin:0}}",
        "@media screen screen{p{margin:0}}", "@media {p{margin:0}}", "@media screen{}",
    ])
    func otherAtRulesAreLeftOut(_ rule: String) {
        #expect(sheet("\(rule)b{color:red}") == ".m--body b{color:red}\n", "\(sheet("\(rule)b{color:red}"))")
    }

    @Test func whatIsLeftOpenEndsWithTheSheet() {
        #expect(sheet("p{color:red") == ".m--body p{color:red}\n")
        #expect(sheet("@media screen{p{color:red") == "@media screen{\n.m--body p{color:red}\n}\n")
        #expect(sheet("p{a:{b;color:red}color:red}b{margin:0}") == ".m--body p{color:red}\n.m--body b{margin:0}\n")
        #expect(sheet("}p{color:red}") == ".m--body p{color:red}\n")
    }

    @Test func onlyStyleSheetsOfStylesAreRead() {
        #expect(!safe(Array("<style type=text/less>p{margin:0}</style>".utf8)).html.contains("margin"))
        #expect(!safe(Array("<style media='(a:b)'>p{margin:0}</style>".utf8)).html.contains("margin"))
        #expect(!safe(Array("<template><style>p{margin:0}</style></template>".utf8)).html.contains("margin"))
        #expect(
            safe(Array("<p>a<style>p{margin:0}</style>b".utf8)).html == """
                <style>
                .m--body p{margin:0}
                </style><div class="m--body"><p>ab</p></div>
                """)
    }
}
