import MailModel
import Testing

@testable import MailFiles

/// Collects what a reader tells.
private struct Collector: MboxHandler {
    var separators: [String] = []
    var messages: [String] = []
    private var current: [UInt8] = []

    mutating func begin(separator: UnsafeRawBufferPointer) {
        separators.append(String(decoding: separator, as: UTF8.self))
        current = []
    }

    mutating func octets(_ bytes: UnsafeRawBufferPointer) { current.append(contentsOf: bytes) }

    mutating func end() { messages.append(String(decoding: current, as: UTF8.self)) }
}

@Suite struct MboxReaderTests {
    /// Reads the text in pieces of `size`.
    private func read(_ text: String, pieces size: Int = .max) throws -> Collector {
        var reader = MboxReader()
        var collector = Collector()
        let octets = Array(text.utf8)
        var start = 0
        while start < octets.count {
            let end = size >= octets.count - start ? octets.count : start + size
            try octets[start..<end].withUnsafeBytes { try reader.take($0, to: &collector) }
            start = end
        }
        try reader.finish(to: &collector)
        return collector
    }

    private let two = """
        From ada@example.org Sun Jun  1 10:00:00 2025
        Subject: one

        Text
        >From here to there
        >>From deeper

        From - Sun Jun 01 10:00:00 2025
        Subject: two

        End

        """

    @Test func splitsAndUnquotes() throws {
        let found = try read(two)
        #expect(found.messages.count == 2)
        #expect(found.messages[0] == "Subject: one\r\n\r\nText\r\nFrom here to there\r\n>From deeper\r\n")
        #expect(found.messages[1] == "Subject: two\r\n\r\nEnd\r\n")
    }

    @Test func isTheSameHoweverItArrives() throws {
        let whole = try read(two)
        let long = two + "x" + String(repeating: "long", count: 5000) + "\nFrom \n\nFrom \nSubject: three\n\n"
        let longWhole = try read(long)
        for size in [1, 2, 3, 7, 64, 4096] {
            #expect(try read(two, pieces: size).messages == whole.messages)
            #expect(try read(long, pieces: size).messages == longWhole.messages)
        }
        #expect(longWhole.messages.count == 3)
    }

    @Test func linesMayEndWithCRLF() throws {
        #expect(try read(two.replacing("\n", with: "\r\n")).messages == read(two).messages)
    }

    @Test func aLineOfTextThatBeginsWithFromIsText() throws {
        let text = """
            From ada Sun Jun  1 10:00:00 2025
            Subject: one

            From the beginning, 10:30 in 2025

            From the beginning, at 10:30 in 2025
            there was no field behind it.

            From nowhere

            """
        let found = try read(text)
        #expect(found.messages.count == 1)
        #expect(found.messages[0].contains("From the beginning, at 10:30 in 2025\r\nthere"))
        #expect(found.messages[0].hasSuffix("\r\n\r\nFrom nowhere\r\n"))
    }

    @Test func aSeparatorWithoutSenderAndDateIsOne() throws {
        #expect(try read("From \nSubject: a\n\nA\n\nFrom \nSubject: b\n\nB\n").messages.count == 2)
    }

    @Test func onlyTheFilesOwnEmptyLineGoes() throws {
        let text = "From x Sun Jun  1 10:00:00 2025\nA: b\n\nText\n\n\nFrom x Sun Jun  1 10:00:00 2025\nA: c\n\n"
        #expect(try read(text).messages == ["A: b\r\n\r\nText\r\n\r\n", "A: c\r\n"])
    }

    @Test func anotherFileIsNone() throws {
        var reader = MboxReader()
        var collector = Collector()
        try Array("Subject: no mbox\n\n".utf8).withUnsafeBytes { try reader.take($0, to: &collector) }
        try reader.finish(to: &collector)
        #expect(reader.isMbox == false)
        #expect(collector.messages.isEmpty)
    }

    @Test func whatIsWrittenIsRead() throws {
        let message =
            "Subject: x\r\n\r\nFrom me\r\n>From you\r\n\r\nFrom x Sun Jun  1 10:00:00 2025\r\nA: b\r\n\r\nEnd\r\n"
        var file: [UInt8] = []
        for _ in 0..<2 {
            file += MboxWriter.separator(sender: "ada@example.org", date: Timestamp(seconds: 1_748_772_000))
            Array(message.utf8).withUnsafeBytes { bytes in MboxWriter.write(bytes) { file += $0 } }
        }
        let found = try read(String(decoding: file, as: UTF8.self))
        #expect(found.messages == [message, message])
        #expect(found.separators[0] == "From ada@example.org Sun Jun  1 10:00:00 2025")
    }

    @Test func separatorsAreSafeWhateverTheSenderIs() {
        let date = Timestamp(seconds: -1)
        #expect(MboxWriter.separator(sender: "a b\nX", date: date) == MboxWriter.separator(sender: nil, date: date))
        #expect(MboxWriter.asctime(date) == "Wed Dec 31 23:59:59 1969")
    }
}
