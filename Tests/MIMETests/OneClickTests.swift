import MIME
import Testing

/// RFC 8058: which messages offer to unsubscribe by one request.
@Suite struct OneClickTests {
    private static let post = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    private static let signature =
        "DKIM-Signature: v=1; d=example.org; h=From : List-Unsubscribe:\r\n\tList-Unsubscribe-Post; b=AA=\r\n"

    private static func address(_ fields: String) -> String? {
        Array((fields + "Subject: s\r\n\r\nbody").utf8).withUnsafeBytes { bytes in
            OneClickUnsubscription(HeaderFields(bytes, in: 0..<bytes.count), in: bytes)?.address
        }
    }

    @Test func theHTTPSAddressIsTheOne() {
        let list = "List-Unsubscribe: <mailto:a@example.org>,\r\n <https://example.org/u?x=1>\r\n"
        #expect(Self.address(list + Self.post + Self.signature) == "https://example.org/u?x=1")
    }

    @Test func namesAndTheArgumentAreOfAnyCase() {
        let fields =
            "list-unsubscribe: <HTTPS://example.org/u>\r\nLIST-UNSUBSCRIBE-POST:\r\n list-unsubscribe=ONE-CLICK \r\n"
            + "dkim-signature: h=list-unsubscribe-post:LIST-UNSUBSCRIBE\r\n"
        #expect(Self.address(fields) == "HTTPS://example.org/u")
    }

    @Test(arguments: [
        "List-Unsubscribe: <mailto:a@example.org>, <http://example.org/u>\r\n" + post + signature,
        "List-Unsubscribe: <https://example.org/u>\r\n" + signature,
        "List-Unsubscribe: <https://example.org/u>\r\nList-Unsubscribe-Post: x=y\r\n" + signature,
        "List-Unsubscribe: <https://example.org/u>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click&x=y\r\n"
            + signature,
        post + signature,
    ])
    func whatLacksOneOfTheTwoOffersNothing(fields: String) { #expect(Self.address(fields) == nil) }

    @Test(arguments: [
        "", "DKIM-Signature: v=1; h=From:List-Unsubscribe; b=A\r\n", "DKIM-Signature: v=1; b=A\r\n",
        "DKIM-Signature: v=1; z=h=List-Unsubscribe:List-Unsubscribe-Post\r\n",
        "DKIM-Signature: h=List-Unsubscribe\r\nDKIM-Signature: h=List-Unsubscribe-Post\r\n",
    ])
    func withoutASignatureOverBothNothingIsOffered(signature: String) {
        #expect(Self.address("List-Unsubscribe: <https://example.org/u>\r\n" + Self.post + signature) == nil)
    }

    @Test func oneOfSeveralSignaturesIsEnough() {
        let other = "DKIM-Signature: h=From\r\n"
        let fields = "List-Unsubscribe: <https://example.org/u>\r\n" + Self.post + other + Self.signature
        #expect(Self.address(fields) == "https://example.org/u")
    }

    @Test func ofSeveralFieldsTheLastCounts() {
        let fields = "List-Unsubscribe: <https://a.example/>\r\nList-Unsubscribe: <https://b.example/>\r\n"
        #expect(Self.address(fields + Self.post + Self.signature) == "https://b.example/")
        #expect(Self.address(fields + Self.post + "List-Unsubscribe-Post: x\r\n" + Self.signature) == nil)
    }
}
