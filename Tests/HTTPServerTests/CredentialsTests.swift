import MailModel
import Testing

@testable import HTTPServer

@Suite struct CredentialsTests {
    private func secretText(_ credentials: Credentials?) -> String? {
        credentials?.secret.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    @Test func basicGivesNameAndSecret() {
        // Aladdin:open sesame, the example of RFC 7617 §2.
        let credentials = Credentials(authorization: "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
        #expect(credentials?.userName == "Aladdin")
        #expect(secretText(credentials) == "open sesame")
    }

    @Test func theSecretMayHoldColons() {
        #expect(secretText(Credentials(authorization: "basic YTpiOmM=")) == "b:c")
    }

    @Test func bearerGivesTheSecretAlone() {
        let credentials = Credentials(authorization: "Bearer  abc123")
        #expect(credentials?.userName == nil)
        #expect(secretText(credentials) == "abc123")
    }

    @Test(arguments: [
        "", "Basic", "Basic ", "Basic ????", "Basic QQ", "Basic QTo=", "Bearer ", "Digest x", "Basic /w==",
    ])
    func anythingElseIsNoCredential(text: String) {
        #expect(Credentials(authorization: text) == nil)
    }

    @Test func base64IsReadWithAndWithoutPadding() {
        #expect(Base64.decoded("Zg==") == Array("f".utf8))
        #expect(Base64.decoded("Zg") == Array("f".utf8))
        #expect(Base64.decoded("Zm9vYmFy") == Array("foobar".utf8))
        #expect(Base64.decoded("") == [])
        #expect(Base64.decoded("A") == nil)
        #expect(Base64.decoded("Zm9v-A") == nil)
    }
}
