import MailModel
import SASL

/// The client's side of one SASL mechanism: messages in, messages out. What is exchanged is not yet in base64.
protocol SASLExchange: Sendable {
    /// What the client says first; nil when the server begins.
    var initialResponse: Secret? { get }
    /// Whether the server has done what the mechanism asks of it, so that its +OK may be believed.
    var isComplete: Bool { get }
    /// Whether a `+OK` in place of a `+ ` may be taken for a challenge now.
    var takesAcceptanceForChallenge: Bool { get }
    /// Answers a challenge; `challenge` is nil when it was no base64.
    mutating func respond(to challenge: [UInt8]?) throws(POP3Error) -> Secret
}

extension SASLExchange {
    var takesAcceptanceForChallenge: Bool { false }
}

extension PlainExchange: SASLExchange {
    mutating func respond(to challenge: [UInt8]?) throws(POP3Error) -> Secret {
        guard let answer = answer(to: challenge) else { throw .malformedChallenge("PLAIN") }
        return answer
    }
}

extension LoginExchange: SASLExchange {
    var takesAcceptanceForChallenge: Bool { !isComplete }

    mutating func respond(to challenge: [UInt8]?) throws(POP3Error) -> Secret {
        guard let answer = answer(to: challenge) else { throw .malformedChallenge("LOGIN") }
        return answer
    }
}

extension TokenExchange: SASLExchange {
    mutating func respond(to challenge: [UInt8]?) throws(POP3Error) -> Secret {
        guard let answer = answer(to: challenge) else { throw .malformedChallenge("OAuth") }
        return answer
    }
}

/// CRAM-MD5 (RFC 2195): a keyed digest of the server's challenge.
struct CramMD5Exchange: SASLExchange {
    let userName: String
    let password: Secret
    private(set) var isComplete = false

    init(userName: String, password: Secret) {
        self.userName = userName
        self.password = password
    }

    var initialResponse: Secret? { nil }
    var takesAcceptanceForChallenge: Bool { !isComplete }

    mutating func respond(to challenge: [UInt8]?) throws(POP3Error) -> Secret {
        guard let challenge, !challenge.isEmpty, !isComplete else { throw .malformedChallenge("CRAM-MD5") }
        isComplete = true
        let digest = password.withBytes { Digests.hmacMD5(key: $0, challenge) }
        return Secret(userName + " " + Hexadecimal.encode(digest))
    }
}

extension POP3Error {
    static func malformedChallenge(_ mechanism: String) -> POP3Error {
        POP3Error(code: .malformedReply, message: "The server's part of \(mechanism) can't be understood.")
    }
}
