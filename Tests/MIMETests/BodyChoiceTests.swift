import MIME
import Testing

/// Builds messages from a picture of their parts: `mixed(plain, alternative(plain, html))`.
indirect enum Shape {
    case leaf(String, [String])
    case multi(String, [Shape])

    static func text(_ subtype: String, _ name: String, disposition: String? = nil, file: String? = nil) -> Shape {
        .part("text/" + subtype, name, disposition: disposition, file: file)
    }

    static func part(_ type: String, _ id: String, disposition: String? = nil, file: String? = nil) -> Shape {
        var lines = ["Content-Type: \(type)", "Content-ID: <\(id)>"]
        if disposition != nil || file != nil {
            lines.append("Content-Disposition: \(disposition ?? "inline")" + (file.map { "; filename=\($0)" } ?? ""))
        }
        return .leaf(id, lines)
    }

    func lines(depth: Int = 0) -> [String] {
        switch self {
        case .leaf(_, let header): return header + ["", ""]
        case .multi(let subtype, let children):
            let boundary = "b\(depth)"
            var lines = ["Content-Type: multipart/\(subtype); boundary=\(boundary)", ""]
            for child in children { lines += ["--" + boundary] + child.lines(depth: depth + 1) }
            return lines + ["--\(boundary)--", ""]
        }
    }

    var sample: Sample { Sample(octets: lines().joined(separator: "\r\n").utf8) }
}

private func ids(_ parts: [Part]) -> String { parts.map { $0.contentID ?? "?" }.joined(separator: " ") }

/// `text | html | attachments`, by Content-Id.
private func picture(_ shape: Shape) -> String {
    let choice = shape.sample.choice
    return [choice.textBody, choice.htmlBody, choice.attachments].map(ids).joined(separator: " | ")
}

@Suite struct BodyChoiceTests {
    @Test func decomposesTheExampleOfTheRFC() {
        let message = Shape.multi(
            "mixed",
            [
                .text("plain", "A", disposition: "inline"),
                .multi(
                    "mixed",
                    [
                        .multi(
                            "alternative",
                            [
                                .multi(
                                    "mixed",
                                    [
                                        .text("plain", "B", disposition: "inline"),
                                        .part("image/jpeg", "C", disposition: "inline"),
                                        .text("plain", "D", disposition: "inline"),
                                    ]),
                                .multi("related", [.text("html", "E"), .part("image/jpeg", "F")]),
                            ]),
                        .part("image/jpeg", "G", disposition: "attachment"), .part("application/x-excel", "H"),
                        .part("message/rfc822", "J"),
                    ]),
                .text("plain", "K", disposition: "inline"),
            ])
        #expect(picture(message) == "A B C D K | A E K | C F G H J")
    }

    @Test func oneTextIsBothBodies() {
        #expect(picture(.text("plain", "A")) == "A | A | ")
        #expect(picture(.text("html", "A")) == "A | A | ")
        #expect(picture(.text("calendar", "A")) == " |  | A")
        #expect(picture(.part("image/png", "A")) == "A | A | ")
        #expect(picture(.part("image/png", "A", disposition: "attachment")) == " |  | A")
    }

    @Test func alternativesGoToTheirBodyAndOneAloneToBoth() {
        let text = Shape.text("plain", "T")
        let html = Shape.text("html", "H")
        #expect(picture(.multi("alternative", [text, html])) == "T | H | ")
        #expect(picture(.multi("alternative", [html])) == "H | H | ")
        #expect(picture(.multi("alternative", [text])) == "T | T | ")
        #expect(picture(.multi("alternative", [text, html, .text("calendar", "C")])) == "T | H | C")
        #expect(
            picture(.multi("alternative", [text, .multi("related", [html, .part("image/png", "I")])])) == "T | H | I")
    }

    @Test func laterTextsWithAFileNameAreAttachments() {
        #expect(
            picture(
                .multi("mixed", [.text("plain", "A", file: "a"), .text("plain", "B", file: "b"), .text("plain", "C")]))
                == "A C | A C | B")
    }

    @Test func inlineMediaOutsideAlternativesAreInBothBodies() {
        #expect(
            picture(.multi("mixed", [.text("plain", "A"), .part("image/png", "I"), .text("plain", "B")]))
                == "A I B | A I B | ")
    }

    @Test func partsThatNeitherBodyTakesAreAttachments() {
        let inner = Shape.multi(
            "mixed", [.text("plain", "T"), .multi("alternative", [.text("plain", "P"), .text("html", "H")])])
        #expect(picture(.multi("alternative", [inner])) == "T P | T P | H")
        let mixed = Shape.multi("mixed", [.text("plain", "T"), .text("html", "H"), .part("image/png", "I")])
        #expect(picture(.multi("alternative", [mixed, .text("html", "X")])) == "T | X | H I")
    }

    @Test func everyPartIsInOneOfTheLists() {
        let choice = Shape.multi(
            "alternative",
            [
                .multi("mixed", [.text("html", "1"), .text("plain", "2"), .part("audio/x", "3"), .text("x", "4")]),
                .multi("related", [.part("image/x", "5"), .text("plain", "6")]), .part("video/x", "7"),
            ]
        ).sample.choice
        let listed = Set((choice.textBody + choice.htmlBody + choice.attachments).compactMap(\.contentID))
        #expect(listed == ["1", "2", "3", "4", "5", "6", "7"])
    }
}

@Suite struct AttachmentMarkTests {
    private func hasAttachment(_ shape: Shape) -> Bool { shape.sample.summary.hasAttachment }

    @Test func filesAreOfferedAndBodiesAreNot() {
        #expect(!hasAttachment(.text("plain", "A")))
        #expect(!hasAttachment(.multi("alternative", [.text("plain", "A"), .text("html", "B")])))
        #expect(hasAttachment(.multi("mixed", [.text("plain", "A"), .part("application/pdf", "B")])))
        #expect(hasAttachment(.part("application/pdf", "B")))
        #expect(hasAttachment(.multi("mixed", [.text("plain", "A"), .part("message/rfc822", "B")])))
    }

    @Test func whatIsDeclaredInlineIsNot() {
        #expect(
            !hasAttachment(
                .multi("mixed", [.text("plain", "A"), .part("application/pdf", "B", disposition: "inline")])))
    }

    @Test func imagesThatTheHTMLEmbedsAreNot() {
        let html = Shape.text("html", "H")
        #expect(!hasAttachment(.multi("related", [html, .part("image/png", "I")])))
        #expect(hasAttachment(.multi("related", [html, .part("image/png", "I", disposition: "attachment")])))
        #expect(hasAttachment(.multi("related", [html, .part("application/pdf", "I")])))
    }

    @Test func signaturesAreNot() {
        #expect(!hasAttachment(.multi("signed", [.text("plain", "A"), .part("application/pgp-signature", "S")])))
    }
}
