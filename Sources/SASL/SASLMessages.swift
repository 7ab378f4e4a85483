package import MailModel

/// The client's side of a SASL mechanism in which nothing is computed (RFC 4422): messages in, messages out, not yet in
/// base64.
package protocol SASLMessages: Sendable {
    /// What the client says first; nil when the server begins.
    var initialResponse: Secret? { get }
    /// Whether everything was said, so that the server's acceptance may be believed.
    var isComplete: Bool { get }
    /// Answers a challenge; `challenge` is nil when it was no base64. Nil: the mechanism has no answer to it.
    mutating func answer(to challenge: [UInt8]?) -> Secret?
}

/// PLAIN (RFC 4616): everything in the first message.
package struct PlainExchange: SASLMessages {
    package let initialResponse: Secret?
    package let isComplete = true

    package init(userName: String, password: Secret) {
        initialResponse = Secret(bytes: PlainCredentials(userName: userName, password: password).message)
    }

    package mutating func answer(to challenge: [UInt8]?) -> Secret? { nil }
}

/// LOGIN: the name, then the password. What the server asks is not read: servers ask in many words.
package struct LoginExchange: SASLMessages {
    private var answers: [Secret]

    package init(userName: String, password: Secret) { answers = [password, Secret(userName)] }

    package var initialResponse: Secret? { nil }
    package var isComplete: Bool { answers.isEmpty }

    package mutating func answer(to challenge: [UInt8]?) -> Secret? { answers.popLast() }
}

/// OAUTHBEARER (RFC 7628) and XOAUTH2: a token in the first message; on failure the server explains in a challenge,
/// which has to be answered before it says -ERR.
package struct TokenExchange: SASLMessages {
    package let initialResponse: Secret?
    /// What ends the exchange after the server's explanation (RFC 7628 §3.2.3).
    private let farewell: Secret
    package private(set) var isComplete = true

    private static let separator: UInt8 = 1

    /// OAUTHBEARER.
    package init(userName: String, token: Secret, host: String, port: Int) {
        let name = userName.replacing("=", with: "=3D").replacing(",", with: "=2C")
        initialResponse = Self.message("n,a=\(name),", ["host=\(host)", "port=\(port)"], token)
        farewell = Secret(bytes: [Self.separator])
    }

    /// XOAUTH2.
    package init(userName: String, token: Secret) {
        initialResponse = Self.message(nil, ["user=\(userName)"], token)
        farewell = Secret("")
    }

    private static func message(_ header: String?, _ pairs: [String], _ token: Secret) -> Secret {
        var bytes: [UInt8] = []
        for part in [header].compactMap({ $0 }) + pairs { bytes += Array(part.utf8) + [separator] }
        bytes += Array("auth=Bearer ".utf8) + token.withBytes { $0 }
        return Secret(bytes: bytes + [separator, separator])
    }

    package mutating func answer(to challenge: [UInt8]?) -> Secret? {
        guard isComplete else { return nil }
        isComplete = false
        return farewell
    }
}
