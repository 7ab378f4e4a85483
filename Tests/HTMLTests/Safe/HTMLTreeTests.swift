import HTML
import Testing

/// What is in the message's body once it is safe.
func body(_ html: String, showsImages: Bool = false) -> String {
    let result = safe(Array(html.utf8), showsImages: showsImages).html
    let start = "<div class=\"m--body\">"
    guard result.hasPrefix(start), result.hasSuffix("</div>") else { return result }
    return String(result.dropFirst(start.count).dropLast("</div>".count))
}

@Suite struct HTMLTreeTests {
    @Test func paragraphsAndItemsEndWhereTheNextBegins() {
        #expect(body("<p>a<p>b<div>c</div>d") == "<p>a</p><p>b</p><div>c</div>d")
        #expect(
            body("<ul><li>a<li>b<ul><li>c</ul><li>d</ul>")
                == "<ul><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ul>")
        #expect(body("<dl><dt>a<dd>b<dt>c</dl>") == "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>")
        #expect(body("<h1>a<h2>b</h1>c") == "<h1>a</h1><h2>b</h2>c")
        #expect(body("<ruby>a<rt>b<rp>c</ruby>d") == "<ruby>a<rt>b</rt><rp>c</rp></ruby>d")
    }

    @Test func whatIsLeftOpenIsClosed() {
        #expect(body("<div><b>a") == "<div><b>a</b></div>")
        #expect(body("a</div></b></p>") == "a<p></p>")
        #expect(body("a<br></br></hr><hr>b") == "a<br><br><hr>b")
        #expect(body("<p>a<span title=\"b") == "<p>a</p>")
    }

    @Test func formattingGoesOnWhereItWasCutShort() {
        #expect(body("<b>1<p>2</b>3</p>") == "<b>1</b><p><b>2</b>3</p>")
        #expect(body("<b>1<i>2</b>3</i>4") == "<b>1<i>2</i></b><i>3</i>4")
        #expect(body("<p><b>a<p>b</b>c") == "<p><b>a</b></p><p><b>b</b>c</p>")
        #expect(body("<a href=https://a.example>1<a href=https://b.example>2").contains("</a><a href=\"https://b"))
        // Four alike, and the fourth is not taken up again.
        #expect(body("<p><b><b><b><b>a<p>b") == "<p><b><b><b><b>a</b></b></b></b></p><p><b><b><b>b</b></b></b></p>")
    }

    @Test func tablesGetThePartsThatGoWithoutSaying() {
        #expect(
            body("<table><td>a<td>b<tr><th>c</table>")
                == "<table><tbody><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></tbody></table>")
        #expect(
            body("<table><col><caption>a<tbody><td>b") == """
                <table><colgroup><col></colgroup><caption>a</caption><tbody><tr><td>b</td></tr></tbody></table>
                """)
        #expect(body("<td>a<tr>b") == "ab")
    }

    @Test func whatStandsBesideCellsGetsOne() {
        #expect(
            body("<table>a<tr><td>b</table>")
                == "<table><tbody><tr><td>a</td></tr><tr><td>b</td></tr></tbody></table>")
        #expect(
            body("<table><tr><div>a</div> <td>b")
                == "<table><tbody><tr><td><div>a</div> </td><td>b</td></tr></tbody></table>")
        #expect(
            body("<table><tr><table><td>a")
                == "<table><tbody><tr></tr></tbody></table><table><tbody><tr><td>a</td></tr></tbody></table>")
        #expect(
            body("<p><table><td><p>a</table>b")
                == "<p></p><table><tbody><tr><td><p>a</p></td></tr></tbody></table>b")
    }

    @Test func formattingStaysInItsCell() {
        #expect(
            body("<table><td><b>a<td>b</table>c")
                == "<table><tbody><tr><td><b>a</b></td><td>b</td></tr></tbody></table>c")
        #expect(
            body("<b><table><td>a</b>b</table>c")
                == "<b><table><tbody><tr><td>ab</td></tr></tbody></table>c</b>")
    }

    @Test func elementsAreShownAsWhatTheyAre() {
        #expect(
            body("<strike>a</strike><dir><li>b</dir><nobr>c</nobr>")
                == "<s>a</s><ul><li>b</li></ul><span style=\"white-space:nowrap\">c</span>")
        #expect(
            body("<xmp><b>&amp;</xmp><listing>a</listing><plaintext>b")
                == "<pre>&lt;b&gt;&amp;amp;</pre><pre>a</pre><pre>b</pre>")
        #expect(
            body("<form><fieldset><legend>a</legend><label>b</label><input><button>c</button></fieldset></form>")
                == "<div><div>a</div>bc</div>")
        #expect(body("<o:p>a</o:p><custom-one>b</custom-one><noscript>c</noscript><object><embed>d</object>") == "abcd")
        #expect(body("<video>a</video><audio>b</audio><canvas>c</canvas>") == "abc")
    }

    @Test func whatIsNoTextIsLeftOut() {
        #expect(body("a<script>b</script><title>c</title><template>d<template>e</template>f</template>g") == "ag")
        #expect(body("a<select><option>b<option>c</select><textarea>d</textarea><iframe>e</iframe>f") == "af")
        #expect(body("<!doctype html>a<!-- b --><?c?><![CDATA[d]]>e") == "ae")
        #expect(body("a<svg><g><svg></svg></g><text>b</text></svg>c<math><mi>d</mi></math>e<svg/>f") == "acef")
        // HTML ends an SVG that nobody closed, but not one of its parts.
        #expect(body("a<svg><path><p>b") == "a<p>b</p>")
        #expect(body("a<svg><desc><p>b</p></desc><path></svg>c") == "ac")
    }

    @Test func entitiesAreDecodedAsBrowsersDo() {
        #expect(
            body("&eacute;&eacute &notit; &amp;lt; &#x41&#66; &#128; &#0; &#xD800; &unknown; &") == """
                éé ¬it; &amp;lt; AB € \u{FFFD} \u{FFFD} &amp;unknown; &amp;
                """)
        #expect(body("&nGt;&CounterClockwiseContourIntegral;") == "≫⃒∳")
        #expect(body("<p title='&copy=1&copy;&amp=&ltx&lt;'>").contains("title=\"&amp;copy=1©&amp;amp=&amp;ltx&lt;\""))
    }

    @Test func charactersThatAreNoneAreLeftOut() {
        #expect(body("a\0b\u{8}c\r\nd\re") == "abc\nd\ne")
        #expect(body("\u{FEFF}a") == "a")
        let result = safe([0x61, 0xFF, 0x62, 0xC3, 0x3C, 0x70, 0x3E]).html
        #expect(result == "<div class=\"m--body\">a\u{FFFD}b\u{FFFD}<p></p></div>")
    }

    @Test func aLineEndAfterPreformattedIsNone() {
        #expect(body("<pre>\na</pre>") == "<pre>a</pre>")
        #expect(body("<pre>\n\na</pre>") == "<pre>\n\na</pre>")
    }

    @Test func everythingElseIsEscaped() {
        #expect(body("a<b c>d & e > f \" g") == "a<b>d &amp; e &gt; f \" g</b>")
        #expect(body("<p title=\"a`b'c&quot;d<e>\">") == "<p title=\"a&#96;b&#39;c&#34;d&lt;e&gt;\"></p>")
    }
}
