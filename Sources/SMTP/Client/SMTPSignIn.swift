import MailModel
import NIOCore
import SASL

/// One AUTH command, from its first line to the server's verdict (RFC 4954 §4).
struct SMTPSignIn: Sendable {
    /// RFC 5321 §4.5.3.1.4: the line with AUTH and its initial response, CRLF included.
    private static let commandLength = 512

    let mechanism: String
    let opening: ByteBuffer
    private var exchange: any SASLMessages
    /// An initial response that follows the first challenge, because the line with AUTH would have been too long.
    private var waiting: Secret?

    init(_ mechanism: String, _ exchange: any SASLMessages) {
        self.mechanism = mechanism
        self.exchange = exchange
        let response = exchange.initialResponse.map(Self.encoded)
        let length = response.map { $0.withBytes(\.count) } ?? 0
        if let response, mechanism.utf8.count + length + 8 <= Self.commandLength {
            // RFC 4954 §4: an empty response is one equals sign.
            opening = Self.line("AUTH \(mechanism) ", response.isEmpty ? Secret("=") : response)
        } else {
            opening = Self.line("AUTH \(mechanism)", nil)
            waiting = response
        }
    }

    /// The next line, to a challenge (334); nil when the mechanism has no answer to it.
    mutating func respond(to reply: SMTPReply) -> ByteBuffer? {
        if let waiting {
            self.waiting = nil
            return Self.line("", waiting)
        }
        let text = reply.lines.first ?? []
        guard let answer = exchange.answer(to: Base64.decode(text)) else { return nil }
        return Self.line("", Self.encoded(answer))
    }

    private static func encoded(_ response: Secret) -> Secret {
        Secret(bytes: response.withBytes { Base64.encode($0) })
    }

    private static func line(_ command: String, _ response: Secret?) -> ByteBuffer {
        var output = ByteBuffer(string: command)
        response?.withBytes { _ = output.writeBytes($0) }
        output.writeStaticString("\r\n")
        return output
    }
}

extension SMTPConfiguration {
    /// The ways to sign in that the server announces, the one to try first last.
    func signIns(_ mechanisms: [String]) -> [SMTPSignIn] {
        switch credential {
        case .nothing:
            return []
        case .password(let name, let password):
            return [
                ("LOGIN", LoginExchange(userName: name, password: password) as any SASLMessages),
                ("PLAIN", PlainExchange(userName: name, password: password)),
            ].filter { mechanisms.contains($0.0) }.map { SMTPSignIn($0.0, $0.1) }
        case .accessToken(let name, let token):
            return [
                ("OAUTHBEARER", TokenExchange(userName: name, token: token, host: host, port: port)),
                ("XOAUTH2", TokenExchange(userName: name, token: token)),
            ].filter { mechanisms.contains($0.0) }.map { SMTPSignIn($0.0, $0.1) }
        }
    }
}

extension SMTPError {
    static func credentialsRefused(_ signIn: SMTPSignIn, _ reply: SMTPReply) -> SMTPError {
        SMTPError(.credentialsRefused, "The server refused the sign-in with \(signIn.mechanism).", reply: reply)
    }
}
