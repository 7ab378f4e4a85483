import MailModel
import Testing

@testable import MailFiles

@Suite struct MarksTests {
    private func sift(_ text: String, pieces size: Int = .max) -> (String, MailMarks) {
        var sift = HeaderSift()
        var output: [UInt8] = []
        let octets = Array(text.utf8)
        var start = 0
        while start < octets.count {
            let end = size >= octets.count - start ? octets.count : start + size
            octets[start..<end].withUnsafeBytes { bytes in sift.take(bytes) { output.append(contentsOf: $0) } }
            start = end
        }
        sift.finish { output.append(contentsOf: $0) }
        return (String(decoding: output, as: UTF8.self), sift.marks)
    }

    private let marked = """
        X-GM-THRID: 1\r
        X-Gmail-Labels: =?UTF-8?Q?Ungelesen,Posteingang,Arbeit/B=C3=BCro?=\r
        Subject: a\r
        Status: RO\r
        X-Status: AF\r
        X-Keywords: $Forwarded\r
         Junk\r
        To: b\r
        \r
        Status: text\r

        """

    @Test func takesOutWhatProgramsWrote() {
        for size in [1, 5, Int.max] {
            let (text, marks) = sift(marked, pieces: size)
            #expect(text == "Subject: a\r\nTo: b\r\n\r\nStatus: text\r\n")
            #expect(marks.keywords == [.seen, .answered, .flagged, .forwarded, .junk])
            #expect(marks.labels == ["Ungelesen", "Posteingang", "Arbeit/Büro"])
        }
    }

    @Test func leavesOtherMessagesAsTheyAre() {
        for text in ["Subject: a\r\n\r\nText", "\r\nText", "Subject: a", "Status: R", ""] {
            let (sifted, _) = sift(text)
            #expect(sifted == (text == "Status: R" ? "" : text))
        }
    }

    @Test func readsThunderbirdsBits() {
        let (_, marks) = sift("X-Mozilla-Status: 1007\r\nX-Mozilla-Keys: $label1 NonJunk  \r\n\r\n")
        #expect(marks.keywords == [.seen, .answered, .flagged, .forwarded, .notJunk, Keyword("$label1")])
        #expect(sift("X-Mozilla-Status: 0009\r\n\r\n").1.isDeleted)
        #expect(!sift("X-Mozilla-Status: junk\r\n\r\n").1.isDeleted)
    }

    @Test func statusIsWrittenInAFixedLength() {
        for keywords: Set<Keyword> in [[], [.seen], [.flagged, .draft], [.seen, .answered, .flagged, .draft]] {
            let (status, extended) = StatusFlags.write(keywords)
            #expect(status.count == 2 && extended.count == 3)
            let (_, marks) = sift("Status: \(status)\r\nX-Status: \(extended)\r\n\r\n")
            #expect(marks.keywords == keywords)
        }
    }

    @Test func gmailsLabelsBecomeMailboxesAndKeywords() {
        let labels = GmailLabels(["Inbox", "Starred", "Unread", "Category Updates", "Work/Projects"])
        #expect(labels.roles == [.inbox])
        #expect(labels.mailboxes == [["Work", "Projects"]])
        #expect(labels.keywords == [.flagged])
        #expect(GmailLabels(["Archiviert", "Geöffnet"]).roles == [.archive])
        #expect(GmailLabels(["Opened"]) == GmailLabels(["Archived"]))
        #expect(GmailLabels(["/"]).roles == [.archive])
    }

    @Test func labelsWithCommasAreQuoted() {
        #expect(GmailLabels.split("Inbox, \"a, b\",c,") == ["Inbox", "a, b", "c"])
    }
}

@Suite struct MaildirTests {
    @Test func flagsAreReadAndWritten() {
        var names = MaildirKeywords("0 $Label1\n1 NonJunk\n")
        let name = MaildirName("1700000000.x.host,S=5:2,FSab")
        #expect(name.unique == "1700000000.x.host,S=5")
        #expect(name.marks(names).keywords == [.flagged, .seen, Keyword("$label1"), .notJunk])
        #expect(MaildirName("1.x:2,ST").marks(names).isDeleted)
        #expect(MaildirName("1.x").flags == nil)
        let keywords: Set<Keyword> = [.seen, .answered, .draft, .phishing]
        #expect(MaildirName.flags(keywords, &names) == "DRSc")
        #expect(names.text == "0 $Label1\n1 NonJunk\n2 $phishing\n")
        #expect(names.hasChanged)
    }

    @Test func moreKeywordsThanLettersAreLeftOut() {
        var names = MaildirKeywords()
        let keywords = Set((0..<40).compactMap { Keyword("k\($0)") })
        #expect(MaildirName.flags(keywords, &names).count == 26)
    }

    @Test func folderNamesAreReadBack() {
        for path in [[], ["Work"], ["Work", "Projects"], ["Büro & Co", "a.b/c\\d"], ["日本語"], ["😀"]] {
            let name = MaildirFolder.name(of: path)
            #expect(name.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "/") })
            #expect(MaildirFolder.path(of: name) == path)
        }
        #expect(MaildirFolder.path(of: "cur") == nil)
        #expect(MaildirFolder.path(of: "..") == nil)
        #expect(MaildirFolder.name(of: ["Entwürfe"]) == ".Entw&APw-rfe")
    }

    @Test func damagedNamesTrapNobody() {
        for text in ["&", "&-", "&A-", "&AAAAAAAAAAAA-", "&2ADYAA-", "&!-", "é"] { _ = ModifiedUTF7.decode(text) }
        #expect(ModifiedUTF7.decode("&-") == "&")
        #expect(ModifiedUTF7.decode("&") == nil)
    }

    @Test func lineEndsGoThereAndBack() {
        for text in ["a\r\nb\r\n", "a\r\n\r\nb", "", "\r\n", "a\rb\r\n"] {
            var file: [UInt8] = []
            Array(text.utf8).withUnsafeBytes { bytes in LineEnds.toLF(bytes) { file += $0 } }
            for size in [1, 2, 100] {
                var lines = WireLines()
                var back: [UInt8] = []
                var rest = file[...]
                while !rest.isEmpty {
                    Array(rest.prefix(size)).withUnsafeBytes { bytes in
                        lines.take(bytes) { back.append(contentsOf: $0) }
                    }
                    rest = rest.dropFirst(size)
                }
                #expect(String(decoding: back, as: UTF8.self) == text)
            }
        }
        Array("a\r\nb\nc".utf8).withUnsafeBytes { #expect(!LineEnds.areCRLF($0)) }
        Array("a\r\nb\r\nc".utf8).withUnsafeBytes { #expect(LineEnds.areCRLF($0)) }
    }
}
