import MailModel
import TestSupport
import Testing

@testable import WebAuthn

/// Both ceremonies, as they should be and as they should not.
@Suite struct CeremonyTests {
    /// Making a key of RSA takes its time: one for all.
    private static let rsa = Result { try SoftwareAuthenticator.Key.newRSA }

    @Test(arguments: 0..<3)
    func aCredentialOfEachKindIsMadeAndSignsIn(kind: Int) throws {
        let key = try [.newP256, .newEd25519, Self.rsa.get()][kind]
        var authenticator = SoftwareAuthenticator(key)
        let new = try Ceremony.register(authenticator)
        #expect(new.id == authenticator.id && new.signCount == 0)
        #expect(new.key.algorithm.rawValue == Int64(key.algorithm))
        // The key is kept as octets and read again.
        let again = NewCredential(id: new.id, key: try CredentialKey(new.key.octets), signCount: new.signCount)
        #expect(try Ceremony.signIn(authenticator, Ceremony.kept(again)) == 0)
        authenticator.signCount = 5
        #expect(try Ceremony.signIn(authenticator, Ceremony.kept(again)) == 5)
        #expect(try Ceremony.register(authenticator, attestation: .itself).signCount == 5)
    }

    /// What is wrong with the page or the authenticator, in either ceremony.
    private static let lies: [(WebAuthnError.Code, @Sendable (inout SoftwareAuthenticator) -> Void)] = [
        (.wrongOrigin, { $0.origin = "https://mail.example.org.evil.example" }),
        (.wrongOrigin, { $0.origin = "http://mail.example.org" }),
        (.wrongOrigin, { $0.origin = "https://mail.example.org:8443" }),
        (.wrongOrigin, { $0.origin = "https://MAIL.example.org" }),
        (.wrongOrigin, { $0.origin = "https://mail.example.org/" }),
        (.wrongOrigin, { $0.origin = "null" }),
        (.wrongOrigin, { $0.more = #","crossOrigin":true"# }),
        (.wrongOrigin, { $0.more = #","crossOrigin":"false""# }),
        (.wrongOrigin, { $0.more = #","crossOrigin":false,"topOrigin":"https://evil.example""# }),
        (.tokenBinding, { $0.more = #","tokenBinding":{"status":"present","id":"x"}"# }),
        (.tokenBinding, { $0.more = #","tokenBinding":7"# }),
        (.malformed, { $0.more = #","type":"webauthn.get""# }),
        (.malformed, { $0.more = "," }),
        (.malformed, { $0.more = #","a":"\#(String(repeating: "x", count: ClientData.largest))""# }),
        (.wrongRelyingParty, { $0.relyingParty = "example.org" }),
        (.wrongRelyingParty, { $0.relyingParty = "evil.example" }),
        (.userNotPresent, { $0.flags = SoftwareAuthenticator.userVerified }),
        (.userNotVerified, { $0.flags = SoftwareAuthenticator.userPresent }),
        (.userNotPresent, { $0.flags = 0 }),
        // Bits of extensions, and nothing behind them.
        (.malformed, { $0.flags |= 1 << 7 }),
    ]

    @Test(arguments: 0..<20)
    func aLieIsSeenInBothCeremonies(number: Int) throws {
        let (code, lie) = Self.lies[number]
        var authenticator = SoftwareAuthenticator()
        let kept = Ceremony.kept(try Ceremony.register(authenticator))
        lie(&authenticator)
        #expect(try Ceremony.code { _ = try Ceremony.register(authenticator) } == code)
        #expect(try Ceremony.code { _ = try Ceremony.signIn(authenticator, kept) } == code)
    }

    @Test func whatBrowsersAddIsPassedOver() throws {
        var authenticator = SoftwareAuthenticator()
        authenticator.more =
            #","crossOrigin":false,"tokenBinding":{"status":"supported"},"other_keys_can_be_added_here":"do not compare""#
        #expect(throws: Never.self) { try Ceremony.register(authenticator) }
    }

    @Test func oneCeremonyIsNotTheOther() throws {
        let authenticator = SoftwareAuthenticator()
        let kept = Ceremony.kept(try Ceremony.register(authenticator))
        #expect(try Ceremony.code { _ = try Ceremony.register(authenticator, type: "webauthn.get") } == .wrongType)
        #expect(
            try Ceremony.code { _ = try Ceremony.signIn(authenticator, kept, type: "webauthn.create") } == .wrongType)
    }

    @Test(arguments: ["", "AAAA", "pQ", " ", "%%", "=="])
    func anAnswerToAnotherChallengeIsNone(challenge: String) throws {
        let authenticator = SoftwareAuthenticator()
        let made = try authenticator.register(challenge)
        let response = RegistrationResponse(
            clientDataJSON: made.clientDataJSON, attestationObject: made.attestationObject)
        #expect(
            try Ceremony.code {
                _ = try response.verified(challenge: Ceremony.challenge, at: Ceremony.relyingParty())
            } == .wrongChallenge)
    }

    /// Base64url has one spelling: a second one of a spent challenge is no other challenge.
    @Test func aChallengeHasOneSpelling() throws {
        let authenticator = SoftwareAuthenticator()
        for text in [Ceremony.text + "=", String(Ceremony.text.dropLast()) + "V"] {
            let made = try authenticator.register(text)
            let response = RegistrationResponse(
                clientDataJSON: made.clientDataJSON, attestationObject: made.attestationObject)
            #expect(response.claimedChallenge == nil, "\(text)")
        }
    }

    @Test func whatWasNotAskedForIsNotTaken() throws {
        let authenticator = SoftwareAuthenticator()
        #expect(try Ceremony.code { _ = try Ceremony.register(authenticator, attestation: .somebody) } == .attestation)
        var other = authenticator
        other.signCount = 9
        // A signature of something else.
        let (client, mine) = try authenticator.register(Ceremony.text, attestation: .itself)
        let forged = Array(mine.prefix(mine.count - other.attestedData.count)) + other.attestedData
        #expect(
            try Ceremony.code {
                _ = try RegistrationResponse(clientDataJSON: client, attestationObject: forged)
                    .verified(challenge: Ceremony.challenge, at: Ceremony.relyingParty())
            } == .attestation)
    }

    @Test(arguments: [(0, 0, true), (0, 1, true), (7, 8, true), (7, 7, false), (7, 6, false), (7, 0, false)])
    func aCounterGoesOnOrStandsAtZero(kept: UInt32, now: UInt32, isTaken: Bool) throws {
        var authenticator = SoftwareAuthenticator()
        let new = try Ceremony.register(authenticator)
        authenticator.signCount = now
        var counted: UInt32?
        let code = try Ceremony.code {
            counted = try Ceremony.signIn(authenticator, Ceremony.kept(new, signCount: kept))
        }
        #expect(code == (isTaken ? nil : .counter))
        #expect(counted == (isTaken ? now : nil))
    }

    @Test func aPasskeyIsOfOneUserOneHostAndOneKey() throws {
        let authenticator = SoftwareAuthenticator()
        let new = try Ceremony.register(authenticator)
        let kept = Ceremony.kept(new)
        for handle in [[], Array(repeating: UInt8(8), count: 32), Array(Ceremony.handle.dropLast())] {
            #expect(try Ceremony.code { _ = try Ceremony.signIn(authenticator, kept, handle: handle) } == .wrongUser)
        }
        let elsewhere = KeptCredential(
            id: new.id, key: new.key, signCount: 0, relyingParty: "example.org", userHandle: Ceremony.handle)
        #expect(try Ceremony.code { _ = try Ceremony.signIn(authenticator, elsewhere) } == .wrongRelyingParty)
        let other = SoftwareAuthenticator(.newP256, id: authenticator.id)
        #expect(try Ceremony.code { _ = try Ceremony.signIn(other, kept) } == .badSignature)
        let ed = SoftwareAuthenticator(.newEd25519, id: authenticator.id)
        #expect(try Ceremony.code { _ = try Ceremony.signIn(ed, kept) } == .badSignature)
        #expect(try Ceremony.code { _ = try Ceremony.signIn(SoftwareAuthenticator(), kept) } == .wrongRelyingParty)
    }

    @Test(arguments: [
        ("https://mail.example.org", "mail.example.org"), ("https://mail.example.org:8443", "mail.example.org"),
        ("http://localhost:8080", "localhost"), ("http://localhost", "localhost"), ("https://mail.home", "mail.home"),
        ("http://mail.example.org", nil), ("https://127.0.0.1", nil), ("http://127.0.0.1:8080", nil),
        ("https://[::1]:8443", nil), ("https://10.1", nil), ("https://", nil), ("https://mail.example.org/x", nil),
        ("https://a..b", nil), ("https://mail.example.org:", nil), ("https://mail.example.org:65536", nil),
        ("https://mail.example.org:1:2", nil), ("https://Mail.example.org", nil), ("mail.example.org", nil),
        ("ftp://mail.example.org", nil), ("https://mail.example.org.", nil), ("https://a@b", nil), ("", nil),
    ])
    func credentialsAreForNamesInSecureContexts(origin: String, id: String?) {
        #expect(RelyingParty(origin: origin)?.id == id)
        #expect(RelyingParty(origin: origin).map { $0.origin == origin } ?? (id == nil))
    }
}
