import JSON
import MailModel
import MailStore
import WebAuthn

extension Method {
    /// Ours: the first of the two steps in which a passkey is added. It answers with what a browser makes one from, in the
    /// form of `PublicKeyCredentialCreationOptionsJSON` (W3C Web Authentication Level 3 §5.1.9).
    static let passkeyChallenge = Method(
        "Passkey/challenge", .admin,
        .waiting { call, _ in
            try call.takeAccountID()
            guard let relyingParty = call.relyingParty else {
                throw MethodError(
                    .forbidden, "Passkeys are made by a page of this server's, under https or at http://localhost.")
            }
            // What is proven next is the password that the draft knows of.
            let draft = try await call.store.beginPasskey(for: call.principal, at: relyingParty)
            try await call.confirm(true)
            try call.arguments.end()
            let challenge = call.store.passkeyChallenge(for: draft)
            call.writer.beginObject()
            call.writeAccountID()
            call.writer.key("publicKey")
            draft.write(challenge, userName: call.principal.userName, &call.writer)
            call.writer.endObject()
        })
}

extension PasskeyDraft {
    fileprivate func write(_ challenge: [UInt8], userName: String, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("rp")
        writer.object { writer in
            writer.member("id", relyingParty.id)
            writer.member("name", "Restante")
        }
        writer.key("user")
        writer.object { writer in
            writer.member("id", Base64URL.encode(userHandle))
            writer.member("name", userName)
            writer.member("displayName", userName)
        }
        writer.member("challenge", Base64URL.encode(challenge))
        writer.key("pubKeyCredParams")
        writer.beginArray()
        for algorithm in CredentialKey.Algorithm.allCases {
            writer.object { writer in
                writer.member("type", "public-key")
                writer.key("alg")
                writer.value(algorithm.rawValue)
            }
        }
        writer.endArray()
        writer.key("timeout")
        writer.value(MailStore.passkeyChallengeLife.components.seconds * 1000)
        writer.key("excludeCredentials")
        writer.beginArray()
        for id in known {
            writer.object { writer in
                writer.member("type", "public-key")
                writer.member("id", Base64URL.encode(id))
            }
        }
        writer.endArray()
        // Found without a name, and by finger, face or PIN.
        writer.key("authenticatorSelection")
        writer.object { writer in
            writer.member("residentKey", "required")
            writer.key("requireResidentKey")
            writer.value(true)
            writer.member("userVerification", "required")
        }
        writer.member("attestation", "none")
        writer.endObject()
    }
}

extension JSONWriter {
    fileprivate mutating func object(_ write: (inout JSONWriter) -> Void) {
        beginObject()
        write(&self)
        endObject()
    }

    fileprivate mutating func member(_ name: StaticString, _ text: String) {
        key(name)
        value(text)
    }
}
