import MailModel
import TestSupport
import Testing

@testable import WebAuthn

/// Octets of somebody who wants us to fall over: each is refused, and none is taken.
@Suite struct HostileOctetsTests {
    private func register(_ client: [UInt8], _ object: [UInt8]) throws -> WebAuthnError.Code? {
        try Ceremony.code {
            _ = try RegistrationResponse(clientDataJSON: client, attestationObject: object)
                .verified(challenge: Ceremony.challenge, at: Ceremony.relyingParty())
        }
    }

    @Test func whatIsCutShortAnywhereIsRefused() throws {
        for key in [SoftwareAuthenticator.Key.newP256, .newEd25519] {
            let authenticator = SoftwareAuthenticator(key)
            let kept = Ceremony.kept(try Ceremony.register(authenticator))
            let (client, object) = try authenticator.register(Ceremony.text, attestation: .itself)
            for length in 0..<client.count { #expect(try register(Array(client[..<length]), object) == .malformed) }
            for length in 0..<object.count { #expect(try register(client, Array(object[..<length])) == .malformed) }
            #expect(try register(client, object + [0]) == .malformed)
            let whole = try authenticator.signIn(Ceremony.text)
            for length in 0..<whole.authenticatorData.count {
                #expect(
                    try Ceremony.code {
                        _ = try Ceremony.signIn(authenticator, kept) {
                            $0.authenticatorData = Array($0.authenticatorData[..<length])
                        }
                    } == .malformed)
            }
            for length in (whole.signature.count - 40)..<whole.signature.count {
                #expect(
                    try Ceremony.code {
                        _ = try Ceremony.signIn(authenticator, kept) {
                            $0.signature.removeLast(whole.signature.count - length)
                        }
                    } == .badSignature)
            }
        }
    }

    /// Whatever one octet becomes, it is not the answer that was signed.
    @Test func noOctetOfAnAnswerMayBeAnother() throws {
        let authenticator = SoftwareAuthenticator(.newEd25519)
        let kept = Ceremony.kept(try Ceremony.register(authenticator))
        let whole = try authenticator.signIn(Ceremony.text)
        for place in whole.authenticatorData.indices {
            for mask in [UInt8(0x01), 0x80, 0xFF] {
                #expect(throws: WebAuthnError.self) {
                    try Ceremony.signIn(authenticator, kept) { $0.authenticatorData[place] ^= mask }
                }
            }
        }
        for place in whole.clientDataJSON.indices {
            #expect(throws: WebAuthnError.self) {
                try Ceremony.signIn(authenticator, kept) { $0.clientDataJSON[place] ^= 0x01 }
            }
        }
        for place in whole.signature.indices {
            #expect(throws: WebAuthnError.self) {
                try Ceremony.signIn(authenticator, kept) { $0.signature[place] ^= 0x01 }
            }
        }
    }

    /// A new credential's octets are the client's to choose; whatever they are, reading them ends.
    @Test func whateverANewCredentialHoldsReadingItEnds() throws {
        let authenticator = SoftwareAuthenticator()
        let (client, object) = try authenticator.register(Ceremony.text)
        var random = SeededRandom(seed: 85)
        for place in object.indices {
            for mask in [UInt8(0x01), 0x20, 0x80, 0xFF] {
                var other = object
                other[place] ^= mask
                _ = try register(client, other)
            }
        }
        for _ in 0..<2_000 {
            let count = Int.random(in: 0..<300, using: &random)
            let noise = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(try register(client, noise) == .malformed)
            _ = try? CredentialKey(noise)
            _ = try? AuthenticatorData(noise)
            _ = try? CBORReader.whole(noise)
        }
    }

    @Test(arguments: [
        // No map; nothing in it; wrong types.
        CBOR.int(7), .map([]), .array([]), .map([(.text("fmt"), .int(1))]),
        .map([(.text("fmt"), .text("none")), (.text("attStmt"), .map([])), (.text("authData"), .text("x"))]),
        .map([(.text("fmt"), .text("none")), (.text("attStmt"), .array([])), (.text("authData"), .bytes([]))]),
        .map([(.text("fmt"), .text("none")), (.text("attStmt"), .map([])), (.text("authData"), .bytes([]))]),
        .map([(.text("attStmt"), .map([])), (.text("authData"), .bytes([]))]),
    ])
    func whatIsNoAttestationObjectIsNone(object: CBOR) throws {
        let client = SoftwareAuthenticator().clientData("webauthn.create", Ceremony.text)
        #expect(try register(client, object.octets) == .malformed)
    }

    @Test(arguments: ["", "[]", "null", "{}", #"{"type":"webauthn.create"}"#, "{", "\u{FEFF}{}", "7"])
    func whatIsNoClientDataIsNone(text: String) throws {
        let (_, object) = try SoftwareAuthenticator().register(Ceremony.text)
        let code = try register(Array(text.utf8), object)
        #expect([.malformed, .wrongType, .wrongChallenge].contains(code), "\(text)")
        #expect(RegistrationResponse(clientDataJSON: Array(text.utf8), attestationObject: []).claimedChallenge == nil)
    }

    @Test func theDataHasAnUpperBound() throws {
        #expect(throws: WebAuthnError.self) {
            try AuthenticatorData(Array(repeating: 0, count: AuthenticatorData.largest + 1))
        }
        let longest = SoftwareAuthenticator(.newP256, id: Array(repeating: 1, count: AuthenticatorData.longestID))
        #expect(throws: Never.self) { try Ceremony.register(longest) }
        let longer = SoftwareAuthenticator(.newP256, id: Array(repeating: 1, count: AuthenticatorData.longestID + 1))
        #expect(try Ceremony.code { _ = try Ceremony.register(longer) } == .malformed)
        #expect(try Ceremony.code { _ = try Ceremony.register(SoftwareAuthenticator(.newP256, id: [])) } == .malformed)
    }

    /// Keys that are no keys, or not of the kinds that were asked for.
    @Test(
        arguments: [
            [(.int(1), .int(2))],
            [(.int(1), .int(2)), (.int(3), .int(-7))],
            // A point that is on no curve; an x that is too short; the point at infinity.
            [
                (.int(1), .int(2)), (.int(3), .int(-7)), (.int(-1), .int(1)),
                (.int(-2), .bytes(Array(repeating: 1, count: 32))), (.int(-3), .bytes(Array(repeating: 1, count: 32))),
            ],
            [
                (.int(1), .int(2)), (.int(3), .int(-7)), (.int(-1), .int(1)), (.int(-2), .bytes([1])),
                (.int(-3), .bytes(Array(repeating: 1, count: 32))),
            ],
            [
                (.int(1), .int(2)), (.int(3), .int(-7)), (.int(-1), .int(1)),
                (.int(-2), .bytes(Array(repeating: 0, count: 32))), (.int(-3), .bytes(Array(repeating: 0, count: 32))),
            ],
            // Another curve, another algorithm, an algorithm of another type, an algorithm that is a word.
            [
                (.int(1), .int(2)), (.int(3), .int(-7)), (.int(-1), .int(2)),
                (.int(-2), .bytes(Array(repeating: 1, count: 32))), (.int(-3), .bytes(Array(repeating: 1, count: 32))),
            ],
            [
                (.int(1), .int(2)), (.int(3), .int(-35)), (.int(-1), .int(2)),
                (.int(-2), .bytes(Array(repeating: 1, count: 48))), (.int(-3), .bytes(Array(repeating: 1, count: 48))),
            ],
            [
                (.int(1), .int(2)), (.int(3), .int(-8)), (.int(-1), .int(6)),
                (.int(-2), .bytes(Array(repeating: 1, count: 32))),
            ],
            [
                (.int(1), .int(1)), (.int(3), .text("EdDSA")), (.int(-1), .int(6)),
                (.int(-2), .bytes(Array(repeating: 1, count: 32))),
            ],
            [
                (.int(1), .int(1)), (.int(3), .int(-8)), (.int(-1), .int(6)),
                (.int(-2), .bytes(Array(repeating: 1, count: 31))),
            ],
            // RSA: too short, too long, even, with a nought before, with another exponent, with none.
            [
                (.int(1), .int(3)), (.int(3), .int(-257)), (.int(-1), .bytes(Array(repeating: 0xFF, count: 255))),
                (.int(-2), .bytes([1, 0, 1])),
            ],
            [
                (.int(1), .int(3)), (.int(3), .int(-257)), (.int(-1), .bytes(Array(repeating: 0xFF, count: 513))),
                (.int(-2), .bytes([1, 0, 1])),
            ],
            [
                (.int(1), .int(3)), (.int(3), .int(-257)), (.int(-1), .bytes(Array(repeating: 0xFE, count: 256))),
                (.int(-2), .bytes([1, 0, 1])),
            ],
            [
                (.int(1), .int(3)), (.int(3), .int(-257)), (.int(-1), .bytes([0] + Array(repeating: 0xFF, count: 256))),
                (.int(-2), .bytes([1, 0, 1])),
            ],
            [
                (.int(1), .int(3)), (.int(3), .int(-257)), (.int(-1), .bytes(Array(repeating: 0xFF, count: 256))),
                (.int(-2), .bytes([3])),
            ],
            [
                (.int(1), .int(3)), (.int(3), .int(-257)), (.int(-1), .bytes(Array(repeating: 0xFF, count: 256))),
                (.int(-2), .bytes([])),
            ],
            // None at all is signed with no key.
            [(.int(1), .int(4)), (.int(3), .int(0)), (.int(-1), .bytes([1]))],
        ] as [[(CBOR, CBOR)]])
    func whatIsNoKeyIsNone(fields: [(CBOR, CBOR)]) throws {
        #expect(try Ceremony.code { _ = try CredentialKey(CBOR.map(fields).octets) } == .unsupportedKey)
    }
}
