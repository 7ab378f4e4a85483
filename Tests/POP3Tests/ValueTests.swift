import MailModel
import NIOCore
import SASL
import Testing

@testable import POP3

@Suite struct ValueTests {
    private func line(_ command: Command) -> ByteBuffer {
        var buffer = ByteBuffer()
        command.write(to: &buffer)
        return buffer
    }

    private func number(_ value: Int) throws -> MessageNumber { try #require(MessageNumber(value)) }

    @Test func everyCommandIsReadAsItIsWritten() throws {
        let one = try number(1)
        let last = try number(2_147_483_647)
        let commands: [Command] = [
            .capabilities, .startTLS, .user("ann@example.org"), .user("two words"), .pass(Secret(" blank ")),
            .auth(mechanism: "PLAIN", initialResponse: nil),
            .auth(mechanism: "PLAIN", initialResponse: Secret("AGFubgBz")), .stat, .list(nil), .list(one),
            .retrieve(last), .delete(one), .noop, .reset, .top(one, lines: 0), .top(last, lines: 99_999_999),
            .uniqueID(nil), .uniqueID(last), .quit,
        ]
        for command in commands {
            let written = line(command)
            let slice = try #require(written.getSlice(at: 0, length: written.readableBytes - 2))
            #expect(line(try Command(line: slice)) == line(command))
            let lower =
                ByteBuffer(string: "\(command.keyword.lowercased())") + slice.dropping(command.keyword.utf8.count)
            #expect(line(try Command(line: lower)) == line(command))
        }
    }

    @Test func capabilitiesAreReadAsTheyAreWritten() {
        var random = SeededRandom(seed: 4)
        for _ in 0..<300 {
            let capabilities = Capabilities(random: &random)
            var read = Capabilities()
            for line in capabilities.lines { read.read(line: ByteBuffer(string: line)) }
            #expect(read == capabilities)
        }
    }

    @Test func capabilityTagsAreNotCaseSensitive() {
        var read = Capabilities()
        for line in ["top", "Uidl", "sasl plain Login", "expire never user", "utf8 user", "login-delay 10"] {
            read.read(line: ByteBuffer(string: line))
        }
        #expect(
            read.lines == ["TOP", "UIDL", "SASL PLAIN LOGIN", "EXPIRE NEVER USER", "LOGIN-DELAY 10", "UTF8 USER"])
    }

    @Test func base64IsReadAsItIsWritten() {
        var random = SeededRandom(seed: 5)
        for count in 0..<100 {
            let bytes = random.bytes(count, from: Array(0...255))
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
        #expect(Base64.encode(Array("foobar".utf8)) == Array("Zm9vYmFy".utf8))
        #expect(Base64.encode(Array("fooba".utf8)) == Array("Zm9vYmE=".utf8))
        #expect(Base64.encode(Array("foob".utf8)) == Array("Zm9vYg==".utf8))
    }

    @Test(arguments: ["A", "AA", "AAA", "=", "====", "A===", "AB==", "AAB=", "AA=A", "AA==AAAA", "AA A", "AAé="])
    func whatIsNotBase64IsRefused(text: String) {
        #expect(Base64.decode(Array(text.utf8)) == nil)
    }

    @Test func responseCodesAreReadFromTheBeginningOfTheText() {
        func code(_ text: String) -> String? {
            ResponseCode(text: ByteBuffer(string: text).readableBytesView)?.description
        }
        #expect(code("[IN-USE] wait") == "[IN-USE]")
        #expect(code("[sys/Temp/x]") == "[SYS/TEMP/X]")
        #expect(code("[]") == nil)
        #expect(code("[/a]") == nil)
        #expect(code("[a b]") == nil)
        #expect(code("[abc") == nil)
        #expect(code("x [AUTH]") == nil)
        #expect(code("[" + String(repeating: "a", count: 128) + "]") != nil)
        #expect(code("[" + String(repeating: "a", count: 129) + "]") == nil)
        #expect(ResponseCode(levels: ["SYS", "TEMP", "X"]).matches(.temporaryFailure))
        #expect(!ResponseCode(levels: ["SYS"]).matches(.temporaryFailure))
    }

    @Test func messageNumbersAreOneToTheLargest() {
        #expect(MessageNumber(0) == nil)
        #expect(MessageNumber(-1) == nil)
        #expect(MessageNumber(2_147_483_648) == nil)
        #expect(MessageNumber(2_147_483_647)?.value == 2_147_483_647)
    }

    @Test func aScanListingFindsMessagesWhateverItsOrder() throws {
        var random = SeededRandom(seed: 6)
        for _ in 0..<100 {
            let numbers = (1...50).filter { _ in Bool.random(using: &random) }.shuffled(using: &random)
            var listing = ScanListing()
            for value in numbers { listing.read(line: ByteBuffer(string: "\(value) \(value * 10)")) }
            listing.finish()
            for value in 1...50 {
                #expect(listing.octets(of: try number(value)) == (numbers.contains(value) ? value * 10 : nil))
            }
            #expect(listing.map(\.number.value) == numbers.sorted())
        }
    }

    @Test func aUniqueIDMayHaveAThousandOctetsAndNoMore() {
        var listing = UniqueIDListing()
        listing.read(line: ByteBuffer(string: "1 " + String(repeating: "x", count: 1000)))
        listing.read(line: ByteBuffer(string: "2 " + String(repeating: "x", count: 1001)))
        #expect(listing.map(\.number.value) == [1])
        #expect(listing.first?.uniqueID.bytes.count == 1000)
        #expect(listing.malformedLines == 1)
    }
}

extension Capabilities {
    fileprivate init(random: inout SeededRandom) {
        self.init()
        top = Bool.random(using: &random)
        user = Bool.random(using: &random)
        uniqueIDs = Bool.random(using: &random)
        startTLS = Bool.random(using: &random)
        pipelining = Bool.random(using: &random)
        responseCodes = Bool.random(using: &random)
        authResponseCode = Bool.random(using: &random)
        saslMechanisms = ["PLAIN", "XOAUTH2", "SCRAM-SHA-256"].filter { _ in Bool.random(using: &random) }
        let isPerUser = Bool.random(using: &random)
        expire =
            [nil, Expire(days: nil, dependsOnUser: isPerUser), Expire(days: 0), Expire(days: 365)]
            .randomElement(using: &random) ?? nil
        loginDelay = [nil, LoginDelay(seconds: 300, dependsOnUser: isPerUser)].randomElement(using: &random) ?? nil
        utf8 = [nil, .messages, .messagesAndCredentials].randomElement(using: &random) ?? nil
        implementation = [nil, "Shlemazle-Plotz-v302", "two words"].randomElement(using: &random) ?? nil
        others = ["X-GOOGLE-RICO", "LANG", "X a b"].filter { _ in Bool.random(using: &random) }
    }
}

private func + (one: ByteBuffer, other: ByteBuffer) -> ByteBuffer {
    var sum = one
    sum.writeImmutableBuffer(other)
    return sum
}

extension ByteBuffer {
    fileprivate func dropping(_ count: Int) -> ByteBuffer {
        var copy = self
        copy.moveReaderIndex(forwardBy: count)
        return copy
    }
}
