/// Why what a browser or an authenticator sent is not taken: a code for programs and logs, a sentence for people.
public struct WebAuthnError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// Octets that are not what they should be, or more of them than there may be.
        case malformed
        /// Made for another ceremony: a registration is no sign-in.
        case wrongType
        case wrongChallenge
        /// The page that asked is not ours, or stood in a frame of another's.
        case wrongOrigin
        case tokenBinding
        /// The credential is another host's.
        case wrongRelyingParty
        /// Nobody touched the authenticator, or it did not make sure of who did.
        case userNotPresent, userNotVerified
        case unsupportedKey
        /// A statement about the authenticator that was not asked for, or that does not hold.
        case attestation
        case badSignature
        /// The user handle is missing, or another user's.
        case wrongUser
        /// The signature counter did not go on: there may be a copy of the authenticator.
        case counter
    }

    public let code: Code
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    static func malformed(_ what: String) -> WebAuthnError { .init(.malformed, "\(what) is not what it should be.") }

    public var description: String { message }
}
