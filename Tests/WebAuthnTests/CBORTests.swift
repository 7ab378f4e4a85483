import Testing

@testable import WebAuthn

@Suite struct CBORTests {
    /// Of RFC 8949, appendix A.
    @Test(
        arguments: [
            ([0x00], CBORValue.integer(0)), ([0x18, 0x64], .integer(100)), ([0x19, 0x03, 0xE8], .integer(1000)),
            ([0x1A, 0, 0x0F, 0x42, 0x40], .integer(1_000_000)),
            ([0x1B, 0, 0, 0, 0xE8, 0xD4, 0xA5, 0x10, 0], .integer(1_000_000_000_000)), ([0x20], .integer(-1)),
            ([0x39, 0x03, 0xE7], .integer(-1000)), ([0x40], .bytes([])), ([0x44, 1, 2, 3, 4], .bytes([1, 2, 3, 4])),
            ([0x62, 0xC3, 0xBC], .text("ü")), ([0x80], .array([])), ([0xF4], .flag(false)), ([0xF6], .null),
            ([0x82, 0x01, 0x82, 0x02, 0x03], .array([.integer(1), .array([.integer(2), .integer(3)])])),
            ([0xA2, 0x61, 0x61, 0x01, 0x02, 0xF5], .map(["a": .integer(1), 2: .flag(true)])),
        ] as [([UInt8], CBORValue)])
    func whatAuthenticatorsSendIsRead(octets: [UInt8], value: CBORValue) throws {
        #expect(try CBORReader.whole(octets) == value)
    }

    @Test(
        arguments: [
            [], [0x00, 0x00], [0x18], [0x19, 1], [0x1B, 0, 0, 0, 0, 0, 0, 0], [0x1C], [0x1F], [0x41], [0x62, 0xC3],
            [0x61, 0xFF],
            // Integers that nothing here can hold.
            [0x1B, 0x80, 0, 0, 0, 0, 0, 0, 0], [0x3B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            // Lengths that are longer than what is there, to the longest.
            [0x5A, 0xFF, 0xFF, 0xFF, 0xFF], [0x5B, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [0x5B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [0x9B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [0xBB, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x9A, 0x7F, 0xFF, 0xFF, 0xFF, 0x00], [0x82, 0x00],
            [0xA1, 0x00],
            // Without a length, tags, fractions, other simple values, an end of nothing.
            [0x5F, 0x41, 0, 0xFF], [0x9F, 0xFF], [0xBF, 0xFF], [0xC0, 0x00], [0xF9, 0, 0], [0xFA, 0, 0, 0, 0], [0xF7],
            [0xF8, 0x20], [0xFF],
            // Names that are no names, and one name twice.
            [0xA1, 0x80, 0x00], [0xA1, 0xF5, 0x00], [0xA2, 0x01, 0x00, 0x18, 0x01, 0x00],
        ] as [[UInt8]])
    func everythingElseIsAnError(octets: [UInt8]) {
        #expect(throws: WebAuthnError.malformed("CBOR")) { try CBORReader.whole(octets) }
    }

    @Test func nestingAndValuesHaveTheirBounds() throws {
        func nested(_ depth: Int) -> [UInt8] { Array(repeating: 0x81, count: depth) + [0] }
        #expect(throws: Never.self) { try CBORReader.whole(nested(CBORReader.deepest - 1)) }
        #expect(throws: WebAuthnError.self) { try CBORReader.whole(nested(CBORReader.deepest)) }
        #expect(throws: WebAuthnError.self) { try CBORReader.whole(nested(1_000_000)) }
        func flat(_ count: Int) -> [UInt8] {
            [0x99, UInt8(count >> 8), UInt8(count & 0xFF)] + Array(repeating: 0, count: count)
        }
        #expect(throws: Never.self) { try CBORReader.whole(flat(CBORReader.mostValues - 1)) }
        #expect(throws: WebAuthnError.self) { try CBORReader.whole(flat(CBORReader.mostValues)) }
    }
}
