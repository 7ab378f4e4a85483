import Crypto

/// What an authenticator says of a ceremony (W3C Web Authentication Level 2 §6.1).
struct AuthenticatorData {
    struct Flags: OptionSet {
        let rawValue: UInt8
        static let userPresent = Flags(rawValue: 1)
        static let userVerified = Flags(rawValue: 1 << 2)
        static let attestedCredential = Flags(rawValue: 1 << 6)
        static let extensions = Flags(rawValue: 1 << 7)
    }

    /// A credential that was just made (§6.5.1).
    struct Credential {
        let id: [UInt8]
        let key: CredentialKey
    }

    /// Octets in all.
    static let largest = 16 * 1024
    /// Octets of a credential's id (Level 3 §7.1).
    static let longestID = 1023
    /// Hash, flags and counter.
    private static let head = 37

    let relyingPartyHash: [UInt8]
    let flags: Flags
    let signCount: UInt32
    let credential: Credential?

    init(_ octets: [UInt8]) throws(WebAuthnError) {
        guard (Self.head...Self.largest).contains(octets.count) else { throw Self.error }
        relyingPartyHash = Array(octets[..<32])
        flags = Flags(rawValue: octets[32])
        signCount = octets[33..<Self.head].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        var position = Self.head
        if flags.contains(.attestedCredential) {
            credential = try Self.credential(octets, &position)
        } else {
            credential = nil
        }
        if flags.contains(.extensions) {
            var reader = CBORReader(octets, from: position)
            guard try reader.value().map != nil else { throw Self.error }
            position = reader.position
        }
        guard position == octets.count else { throw Self.error }
    }

    private static var error: WebAuthnError { .malformed("The authenticator data") }

    /// The authenticator's model (16 octets, which nobody asked for), the id's length, the id, and the key in CBOR.
    private static func credential(_ octets: [UInt8], _ position: inout Int) throws(WebAuthnError) -> Credential {
        guard octets.count >= position + 18 else { throw error }
        let length = Int(octets[position + 16]) << 8 | Int(octets[position + 17])
        let start = position + 18
        guard (1...longestID).contains(length), octets.count >= start + length else { throw error }
        let id = Array(octets[start..<(start + length)])
        var reader = CBORReader(octets, from: start + length)
        _ = try reader.value()
        let key = try CredentialKey(Array(octets[(start + length)..<reader.position]))
        position = reader.position
        return Credential(id: id, key: key)
    }

    /// §7.1 steps 13 to 15, §7.2 steps 15 to 17.
    func verify(for relyingParty: RelyingParty) throws(WebAuthnError) {
        guard relyingPartyHash == Array(SHA256.hash(data: Array(relyingParty.id.utf8))) else {
            throw WebAuthnError(.wrongRelyingParty, "This credential is not one of \(relyingParty.id).")
        }
        guard flags.contains(.userPresent) else {
            throw WebAuthnError(.userNotPresent, "Nobody was there to agree.")
        }
        guard flags.contains(.userVerified) else {
            throw WebAuthnError(
                .userNotVerified, "The authenticator did not make sure who it was: by finger, face or PIN.")
        }
    }
}
