import Foundation
import SampleMail
import Testing

@Suite("Sample mail")
struct SampleMailTests {
    private let mail = SampleMail(seed: 7, shape: SampleMail.Shape(count: 400, medianOctets: 4_000))

    @Test("the same seed, shape and index give the same octets in any order of asking")
    func isDeterministic() {
        let again = SampleMail(seed: 7, shape: SampleMail.Shape(count: 400, medianOctets: 4_000))
        let backwards = (0..<40).reversed().map { again.message($0) }
        #expect((0..<40).map { mail.message($0) } == backwards.reversed())
        #expect(SampleMail(seed: 8).message(3) != SampleMail(seed: 9).message(3))
    }

    @Test("every line ends with CRLF and no CR or LF stands alone")
    func isCRLFForm() {
        for index in 0..<400 {
            let octets = mail.message(index)
            #expect(octets.suffix(2) == [0x0D, 0x0A])
            for place in octets.indices where octets[place] == 0x0A || octets[place] == 0x0D {
                let isPair =
                    octets[place] == 0x0A
                    ? place > 0 && octets[place - 1] == 0x0D
                    : place + 1 < octets.count && octets[place + 1] == 0x0A
                guard isPair else {
                    Issue.record("bare line end in message \(index) at \(place)")
                    break
                }
            }
        }
    }

    @Test("no line is longer than RFC 5322 allows")
    func keepsLinesShort() {
        for index in 0..<400 {
            let longest = mail.message(index).split(separator: 0x0A).map(\.count).max() ?? 0
            #expect(longest <= 999, "message \(index)")
        }
    }

    @Test("headers are ASCII, begin the message and name it uniquely")
    func writesHeaders() {
        var ids: Set<String> = []
        for index in 0..<400 {
            let header = header(of: index)
            #expect(header.utf8.allSatisfy { $0 < 0x80 })
            #expect(header.contains("\r\nFrom: ") && header.contains("\r\nSubject: "))
            ids.insert(field("Message-ID", in: header) ?? "")
        }
        #expect(ids.count == 400)
    }

    @Test("about a third of the messages answer an earlier one, and name it in References")
    func threadsMessages() {
        var seen: Set<String> = []
        var replies = 0
        for index in 0..<400 {
            let header = header(of: index)
            if let parent = field("In-Reply-To", in: header) {
                replies += 1
                #expect(seen.contains(parent))
                #expect(header.contains("\r\nReferences: "))
            }
            seen.insert(field("Message-ID", in: header) ?? "")
        }
        #expect((90...190).contains(replies))
    }

    @Test("sizes spread around the median and stay under the maximum")
    func followsItsSizes() {
        var shape = SampleMail.Shape(count: 600, medianOctets: 3_000, sigma: 1.0)
        shape.maximumOctets = 20_000
        let mail = SampleMail(seed: 5, shape: shape)
        let sizes = (0..<600).map { mail.message($0).count }.sorted()
        #expect((2_300...4_200).contains(sizes[300]))
        #expect((sizes.last ?? 0) < 24_000)
        #expect((sizes.first ?? 0) >= 600)
    }

    @Test("one corpus holds every kind of body, charset and transfer encoding")
    func variesItsBodies() {
        let all = (0..<400).map { String(decoding: mail.message($0), as: UTF8.self) }.joined()
        let kinds = [
            "multipart/alternative", "multipart/mixed", "multipart/related", "message/rfc822", "charset=us-ascii",
            "charset=utf-8", "charset=iso-8859-1", "charset=koi8-r", "charset=iso-2022-jp", ": base64", ": 8bit",
            ": quoted-printable", "=?utf-8?B?", "=?utf-8?Q?", "=?iso-8859-1?Q?", "=?koi8-r?B?", "=?iso-2022-jp?B?",
            "filename*=utf-8''", "filename*0=", "List-Id: ", "undisclosed-recipients:;", "format=flowed",
            "Content-ID: ",
        ]
        for kind in kinds { #expect(all.contains(kind), "\(kind)") }
    }

    @Test("messages are sent in order, the last of them at the newest time")
    func datesItsMessages() {
        let shape = SampleMail.Shape(count: 50, medianOctets: 900)
        let mail = SampleMail(seed: 2, shape: shape)
        let times = (0..<50).map { mail.sentAt($0) }
        #expect(times == times.sorted())
        #expect((times.last ?? 0) > shape.newest - 3_600 && (times.last ?? 0) <= shape.newest)
        #expect(header(of: 0).contains("+0000"))
    }

    @Test("a Maildir holds each message once, in files that sort as the messages do")
    func writesMaildir() throws {
        let path = NSTemporaryDirectory() + "restante-sample-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try mail.writeMaildir(at: path, 5..<25)
        let names = try FileManager.default.contentsOfDirectory(atPath: path + "/cur").sorted()
        #expect(names == (5..<25).map { mail.maildirName($0) })
        let third = try Data(contentsOf: URL(fileURLWithPath: path + "/cur/" + names[3]))
        #expect(Array(third) == mail.message(8))
        #expect(FileManager.default.fileExists(atPath: path + "/tmp"))
    }

    private func header(of index: Int) -> String {
        let text = String(decoding: mail.message(index), as: UTF8.self)
        return text.range(of: "\r\n\r\n").map { String(text[..<$0.lowerBound]) } ?? text
    }

    private func field(_ name: String, in header: String) -> String? {
        header.components(separatedBy: "\r\n").first { $0.hasPrefix(name + ": ") }.map {
            String($0.dropFirst(name.count + 2))
        }
    }
}
