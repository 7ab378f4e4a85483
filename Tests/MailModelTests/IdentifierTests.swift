import MailModel
import Testing

@Suite struct IdentifierTests {
    @Test func idsAreWrittenWithTheLetterOfTheirType() {
        #expect(EmailID(rawValue: 42).description == "e42")
        #expect(EmailID("e42") == EmailID(rawValue: 42))
        #expect(MailboxID("e42") == nil)
    }

    @Test(arguments: ["", "e", "e0", "e01", "e-1", "e1x", "E1", "e1234567890123456789", "é1", "42"])
    func anythingElseIsNobodysID(_ text: String) {
        #expect(EmailID(text) == nil)
    }

    @Test func theLargestNumberOfEighteenDigitsIsRead() {
        #expect(EmailID("e999999999999999999")?.rawValue == 999_999_999_999_999_999)
    }

    @Test func blobIDsRoundTripWithAndWithoutASection() throws {
        let whole = BlobID(hash: (0..<32).map { UInt8($0 * 7 & 255) })
        #expect(BlobID(whole.description) == whole)
        let part = BlobID(hash: whole.hash, section: [1, 12, 3])
        #expect(BlobID(part.description) == part)
        #expect(part.whole == whole)
        #expect(part.description.hasSuffix("-1-12-3"))
        #expect(part.description.utf8.count <= 255)
    }

    @Test func malformedBlobIDsAreRefused() {
        let good = BlobID(hash: Array(repeating: 0xAB, count: 32)).description
        #expect(BlobID(good) != nil)
        #expect(BlobID(good.dropLast()) == nil)
        #expect(BlobID(good.uppercased()) == nil)
        #expect(BlobID(good + "-") == nil)
        #expect(BlobID(good + "-0") == nil)
        #expect(BlobID(good + "-1-x") == nil)
        #expect(BlobID(good + "1") == nil)
        #expect(BlobID(good + "-1234567") == nil)
    }

    @Test func aSectionIsReadUpToItsLimitAndNotBeyond() {
        let hash = [UInt8](repeating: 1, count: 32)
        let atLimit = BlobID(hash: hash, section: Array(repeating: 1, count: BlobID.maximumSectionCount))
        #expect(BlobID(atLimit.description) == atLimit)
        #expect(BlobID(atLimit.description + "-1") == nil)
    }
}
