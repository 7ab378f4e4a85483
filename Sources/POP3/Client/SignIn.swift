import MailModel
import NIOCore

/// How to sign in with what the server announces.
///
/// AUTH PLAIN is preferred: one round trip, any password, names in UTF-8. USER and PASS are used where it is not announced.
enum SignInMethod: Equatable, Sendable {
    case plain
    case userPass

    init(
        for configuration: ClientConfiguration, capabilities: Capabilities?
    ) throws(POP3Error) {
        guard case .password = configuration.credential else {
            throw POP3Error(code: .signInUnavailable, message: "The server offers no sign-in with an access token.")
        }
        if let capabilities {
            if capabilities.saslMechanisms.contains("PLAIN") {
                self = .plain
            } else if capabilities.user || capabilities.saslMechanisms.isEmpty {
                // QUIRK: USER and PASS work though CAPA announces no way to sign in;
                // Tests/Corpus/pop3/client/no-user-announced.transcript
                self = .userPass
            } else {
                throw POP3Error(
                    code: .signInUnavailable,
                    message: "The server offers no sign-in with a password, only "
                        + capabilities.saslMechanisms.joined(separator: ", ") + ".")
            }
        } else {
            self = .userPass
        }
        try check(configuration, capabilities: capabilities)
    }

    private func check(_ configuration: ClientConfiguration, capabilities: Capabilities?) throws(POP3Error) {
        let octets = Array(configuration.userName.utf8) + configuration.credential.secret.withBytes { $0 }
        guard !configuration.userName.isEmpty, !configuration.credential.secret.isEmpty,
            !octets.contains(where: { $0 == 0 || $0 == ASCII.carriageReturn || $0 == ASCII.lineFeed })
        else {
            throw POP3Error(
                code: .signInUnavailable,
                message: "The user name or the password is empty, or holds a line end or a NUL.")
        }
        // RFC 6856 §2.2: no octets beyond ASCII in USER and PASS unless announced.
        guard self == .plain || capabilities?.utf8 == .messagesAndCredentials || octets.allSatisfy({ $0 < 0x80 }) else {
            throw POP3Error(
                code: .signInUnavailable,
                message: "The server takes only ASCII in user names and passwords.")
        }
    }
}

extension ClientConfiguration {
    /// AUTH PLAIN's message in base64.
    var plainResponse: Secret {
        Secret(bytes: Base64.encode(PlainCredentials(userName: userName, password: credential.secret).message))
    }
}

extension POP3Error {
    /// A refused sign-in. With AUTH-RESP-CODE only `[AUTH]` blames the credentials (RFC 3206 §5); without it there is
    /// no telling, and they are the likeliest reason.
    static func signInRefused(_ reply: Reply, capabilities: Capabilities?) -> POP3Error {
        let fallback: Code = capabilities?.authResponseCode == true ? .refused : .credentialsRefused
        return .negative(reply, to: "the sign-in", otherwise: fallback)
    }
}
