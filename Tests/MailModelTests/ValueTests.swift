import MailModel
import Testing

@Suite struct ValueTests {
    @Test func keywordsAreLowerCased() {
        #expect(Keyword("$Seen") == .seen)
        #expect(Keyword("Work")?.name == "work")
    }

    @Test(arguments: ["", "a b", "a(", "a)", "a{", "a]", "a%", "a*", "a\"", "a\\", "é", "a\u{7F}"])
    func keywordsOutsideTheCharacterSetAreRefused(_ text: String) {
        #expect(Keyword(text) == nil)
    }

    @Test func aKeywordHasAtMost255Characters() {
        #expect(Keyword(String(repeating: "k", count: 255)) != nil)
        #expect(Keyword(String(repeating: "k", count: 256)) == nil)
    }

    @Test func stateTokensRoundTrip() {
        let token = StateToken(epoch: Epoch(rawValue: 0xDEAD_BEEF), modseq: Modseq(rawValue: 12))
        #expect(token.description == "sdeadbeef-12")
        #expect(StateToken("sdeadbeef-12") == token)
    }

    @Test(arguments: [
        "", "s", "s1", "s1-", "s-1", "sg-1", "s1-x", "s1--1", "x1-1", "s01-1", "s1-01", "s1-1-1", "s+1-1",
    ])
    func otherStateStringsAreRefused(_ text: String) {
        #expect(StateToken(text) == nil)
    }

    @Test func uniqueIDsAreOpaqueUpToTheirLimit() {
        #expect(UniqueID(Array(repeating: 0x80, count: UniqueID.maximumLength)) != nil)
        #expect(UniqueID(Array(repeating: 0x80, count: UniqueID.maximumLength + 1)) == nil)
        #expect(UniqueID([UInt8]()) == nil)
        #expect(UniqueID(Array("a\rb".utf8)) == nil)
        #expect(UniqueID(Array("a\nb".utf8)) == nil)
        #expect(UniqueID([0]) == nil)
        #expect(UniqueID(Array("with space".utf8))?.description == "with space")
        #expect(UniqueID([0xFF])?.description == "\\xff")
    }

    @Test func secretsAreNeverPrinted() {
        let secret = Secret("hunter2")
        #expect("\(secret)" == "<redacted>")
        #expect(String(reflecting: secret) == "<redacted>")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!dumped.contains("hunter2"))
        #expect(secret.isEqualInConstantTime(to: Secret("hunter2")))
        #expect(!secret.isEqualInConstantTime(to: Secret("hunter3")))
        #expect(!secret.isEqualInConstantTime(to: Secret("hunter")))
    }
}
