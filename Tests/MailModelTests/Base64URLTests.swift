import MailModel
import Testing

@Suite struct Base64URLTests {
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"),
    ])
    func theExamplesOfTheStandard(plain: String, encoded: String) {
        #expect(Base64URL.encode(plain.utf8) == encoded)
        #expect(Base64URL.decode(encoded) == Array(plain.utf8))
    }

    @Test func everyOctetComesBack() {
        let octets = (0...255).map { UInt8($0) } + [0xFB, 0xFF]
        let text = Base64URL.encode(octets)
        #expect(text.contains("-") && text.contains("_") && !text.contains("="))
        #expect(Base64URL.decode(text) == octets)
    }

    @Test func paddingIsForgivenAndOtherCharactersAreNot() {
        #expect(Base64URL.decode("Zg==") == [0x66])
        for text in ["Z", "Zg===", "Z+", "Z/", "Z g", "Zg=a", "Zä"] { #expect(Base64URL.decode(text) == nil) }
    }
}
