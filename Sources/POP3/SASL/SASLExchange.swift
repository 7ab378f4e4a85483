import MailModel

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

/// PLAIN (RFC 4616): everything in the first message.
struct PlainExchange: SASLExchange {
    let initialResponse: Secret?
    let isComplete = true

    init(userName: String, password: Secret) {
        initialResponse = Secret(bytes: PlainCredentials(userName: userName, password: password).message)
    }

    mutating func respond(to challenge: [UInt8]?) throws(POP3Error) -> Secret {
        throw .malformedChallenge("PLAIN")
    }
}

/// LOGIN: the name, then the password. What the server asks is not read: servers ask in many words.
struct LoginExchange: SASLExchange {
    private var answers: [Secret]

    init(userName: String, password: Secret) { answers = [password, Secret(userName)] }

    var initialResponse: Secret? { nil }
    var isComplete: Bool { answers.isEmpty }
    var takesAcceptanceForChallenge: Bool { !answers.isEmpty }

    mutating func respond(to challenge: [UInt8]?) throws(POP3Error) -> Secret {
        guard let answer = answers.popLast() else { throw .malformedChallenge("LOGIN") }
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
        return Secret(userName + " " + Digests.hexadecimal(digest))
    }
}

/// OAUTHBEARER (RFC 7628) and XOAUTH2: a token in the first message; on failure the server explains in a challenge,
/// which has to be answered before it says -ERR.
struct TokenExchange: SASLExchange {
    let initialResponse: Secret?
    /// What ends the exchange after the server's explanation (RFC 7628 §3.2.3).
    private let farewell: Secret
    private(set) var isComplete = true

    private static let separator: UInt8 = 1

    /// OAUTHBEARER.
    init(userName: String, token: Secret, host: String, port: Int) {
        let name = userName.replacing("=", with: "=3D").replacing(",", with: "=2C")
        initialResponse = Self.message("n,a=\(name),", ["host=\(host)", "port=\(port)"], token)
        farewell = Secret(bytes: [Self.separator])
    }

    /// XOAUTH2.
    init(userName: String, token: Secret) {
        initialResponse = Self.message(nil, ["user=\(userName)"], token)
        farewell = Secret("")
    }

    private static func message(_ header: String?, _ pairs: [String], _ token: Secret) -> Secret {
        var bytes: [UInt8] = []
        for part in [header].compactMap({ $0 }) + pairs { bytes += Array(part.utf8) + [separator] }
        bytes += Array("auth=Bearer ".utf8) + token.withBytes { $0 }
        return Secret(bytes: bytes + [separator, separator])
    }

    mutating func respond(to challenge: [UInt8]?) throws(POP3Error) -> Secret {
        guard isComplete else { throw .malformedChallenge("OAuth") }
        isComplete = false
        return farewell
    }
}

extension POP3Error {
    static func malformedChallenge(_ mechanism: String) -> POP3Error {
        POP3Error(code: .malformedReply, message: "The server's part of \(mechanism) can't be understood.")
    }
}
