import HTML
import Testing

func plainText(_ html: String, limit: Int = .max) -> String {
    String(decoding: Array(html.utf8).withUnsafeBytes { HTMLText.plainText($0, limit: limit) }, as: UTF8.self)
}

@Suite struct HTMLTextTests {
    @Test func blocksBeginLinesAndSpaceFolds() {
        #expect(plainText("<p>One  \n two</p><p>three<br>four</p>") == "One two\nthree\nfour")
        #expect(plainText("a<div>b</div>c<ul><li>d<li>e</ul>") == "a\nb\nc\nd\ne")
        #expect(plainText("<table><tr><td>a<td>b</td></tr><tr><th>c</table>") == "a b\nc")
        #expect(plainText("a<br><br><br>b") == "a\n\nb")
        #expect(plainText("<b>bo</b>ld <i> it</i>") == "bold it")
        #expect(plainText("  \n ") == "")
    }

    @Test func preformattedTextKeepsItsLines() { #expect(plainText("<pre>a\n  b</pre>c\nd") == "a\nb\nc d") }

    @Test func quotationsAreMarked() {
        #expect(plainText("a<blockquote>b<p>c<blockquote>d</blockquote></blockquote>e") == "a\n> b\n> c\n> d\ne")
    }

    @Test func headScriptStyleAndCommentsAreDropped() {
        #expect(plainText("<html><head><title>t</title><meta x>x<style>p{}</style></head><body>b") == "b")
        #expect(plainText("<head><title>t</title><p>b") == "b")
        #expect(plainText("<head>x<body>b") == "b")
        #expect(plainText("a<script>if (a < b) '</p>'</script>b<style><p></style>c") == "abc")
        #expect(plainText("a<SCRIPT>x</sCript >b") == "ab")
        #expect(plainText("a<!-- <p>x > -->b<!doctype html><?xml x?>c<![CDATA[d]]>e") == "abce")
        #expect(plainText("a<!-->b<!--->c<!--x--") == "abc")
        #expect(plainText("a<template>x</template>b<iframe>x</iframe>c<noscript>d</noscript>") == "abcd")
        #expect(plainText("<textarea>a<p>&amp;</textarea>") == "a<p>&amp;")
    }

    @Test func attributesMayHoldAnything() {
        #expect(plainText("<a href=\"x>y\" title='<p>'>b</a>") == "b")
        #expect(plainText("<a title=x'y>b</a>c'") == "bc'")
        #expect(plainText("<p\nclass=a\n>b</p\n>") == "b")
        #expect(plainText("<br/>a<img src=x / >b") == "ab")
    }

    @Test func whatOnlyLooksLikeMarkupIsText() {
        #expect(plainText("1 < 2 <3 a<>b") == "1 < 2 <3 a<>b")
        #expect(plainText("a<") == "a<")
        #expect(plainText("a</>b</ p>c") == "abc")
    }

    @Test func whatIsNeverClosedIsDropped() {
        #expect(plainText("a<p class=\"") == "a")
        #expect(plainText("a<p title='b > c") == "a")
        #expect(plainText("a<script>b") == "a")
        #expect(plainText("a<title>b") == "a")
    }

    @Test func theLimitEndsTheTextBetweenCharacters() {
        #expect(plainText("<p>one two three", limit: 7) == "one two")
        #expect(plainText("<p>one two three", limit: 9) == "one two t")
        #expect(plainText("<p>ééé", limit: 5) == "éé")
        #expect(plainText("<p>é", limit: 1) == "")
        #expect(plainText("abc", limit: 0) == "")
        #expect(plainText("abc", limit: -1) == "")
    }
}

@Suite struct HTMLEntityTests {
    @Test(arguments: [
        ("&amp;&lt;&gt;&quot;&apos;", "&<>\"'"), ("a&nbsp;b", "a b"), ("&euro;&hellip;&mdash;&rsquo;", "€…—’"),
        ("&eacute;&Eacute;&szlig;&yuml;&Agrave;", "éÉßÿÀ"), ("&alpha;&Omega;&sigmaf;&tau;", "αΩςτ"),
        ("&#233;&#xE9;&#XE9;", "ééé"),
        ("&#128;&#x80;", "€€"), ("&#0;&#xD800;&#x110000;&#99999999999999999999;", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
        ("&copy 2020 &amp b", "© 2020 & b"), ("&hellip ", "&hellip"), ("&nothing;", "&nothing;"),
        ("& &; &# &#x; &#;", "& &; &# &#x; &#;"),
        ("&", "&"), ("AT&T", "AT&T"), ("&#65", "A"), ("&thetasym;", "&thetasym;"), ("&#32;a&#10;b", "a b"),
    ])
    func referencesAreDecoded(_ html: String, _ expected: String) { #expect(plainText(html) == expected) }

    @Test func aReferenceNeverCrossesATag() { #expect(plainText("&am<b>p;</b>") == "&amp;") }
}
