import MailModel
import Testing

@Suite struct HexadecimalTests {
    @Test(arguments: [([], ""), ([0x00, 0x0F, 0xF0, 0xFF], "000ff0ff"), ([0x9A, 0xA9], "9aa9")])
    func writesTwoDigitsForEachOctet(_ octets: [UInt8], _ text: String) {
        #expect(Hexadecimal.encode(octets) == text)
    }
}
