import MailModel
import NIOCore
import SASL

/// Which ways to sign in are tried, in order.
///
/// - The strongest announced way first. A weaker one follows only if the stronger one has never worked, and only under
///   TLS: without it, somebody in between could refuse the strong one to be told the password. At most three are tried:
///   servers count.
/// - What worked before comes first, unless something stronger is announced that was not then; nothing weaker follows.
/// - A token goes under TLS only (RFC 7628 §3).
struct SignInPlan: Sendable {
    private(set) var methods: ArraySlice<SignInMethod>

    private let configuration: ClientConfiguration
    private let capabilities: Capabilities?
    private let isSecure: Bool
    private let binding: ChannelBinding?
    private let apop: ApopDigest?

    init(
        _ configuration: ClientConfiguration, capabilities: Capabilities?, isSecure: Bool, binding: ChannelBinding?,
        apop: ApopDigest?
    ) throws(POP3Error) {
        self.configuration = configuration
        self.capabilities = capabilities
        self.isSecure = isSecure
        self.binding = binding
        self.apop = apop
        methods = []
        try checkOctets()
        var found = try candidates()
        if let earlier = configuration.earlier { found = try Self.noWorse(than: earlier, of: found) }
        guard let first = found.first else { throw unavailable }
        methods = (isSecure ? found : found.filter { $0.strength == first.strength }).prefix(3)
    }

    private func checkOctets() throws(POP3Error) {
        let octets = Array(configuration.userName.utf8) + configuration.credential.secret.withBytes { $0 }
        guard !configuration.userName.isEmpty, !configuration.credential.secret.isEmpty,
            !octets.contains(where: { $0 == 0 || $0 == ASCII.carriageReturn || $0 == ASCII.lineFeed })
        else {
            throw POP3Error(
                code: .signInUnavailable,
                message: "The user name or the \(configuration.credential.name) is empty, or holds a line end or a NUL."
            )
        }
    }

    private func announces(_ mechanism: SASLMechanism) -> Bool {
        capabilities?.saslMechanisms.contains(mechanism.rawValue) == true
    }

    /// What can be tried here, the strongest first.
    private func candidates() throws(POP3Error) -> [SignInMethod] {
        switch (configuration.credential, configuration.preference) {
        case (.accessToken, _): return try tokenMethods()
        case (.password, .automatic): return challengeMethods() + (try clearMethod().map { [$0] } ?? [])
        case (.password, .password): return try clearMethod().map { [$0] } ?? []
        case (.password, .apop):
            guard apop != nil else {
                throw POP3Error(
                    code: .signInUnavailable,
                    message: "The server's greeting has no timestamp, so it does not take APOP.")
            }
            return [.apop]
        }
    }

    private func tokenMethods() throws(POP3Error) -> [SignInMethod] {
        guard isSecure else {
            throw POP3Error(code: .signInUnavailable, message: "An access token is sent under TLS only.")
        }
        if announces(.oauthBearer) { return [.sasl(.oauthBearer)] }
        // QUIRK: XOAUTH2 works though CAPA announces no mechanism at all;
        // Tests/Corpus/pop3/client/xoauth2-unannounced.transcript
        return announces(.xoauth2) || capabilities?.saslMechanisms.isEmpty != false ? [.sasl(.xoauth2)] : []
    }

    /// Those that do not tell the password: the best SCRAM, one that needs no channel binding after it, else CRAM-MD5.
    private func challengeMethods() -> [SignInMethod] {
        let scram = SASLMechanism.scram.filter { announces($0) && exchange($0, attempt: 0) != nil }
        guard let best = scram.first else { return announces(.cramMD5) ? [.sasl(.cramMD5)] : [] }
        let unbound = best.bindsChannel ? scram.first { !$0.bindsChannel } : nil
        return [.sasl(best)] + (unbound.map { [.sasl($0)] } ?? [])
    }

    /// The one that tells the password. PLAIN is preferred: one round trip, any password, names in UTF-8. LOGIN takes any
    /// password too, and some that announce it serve USER and PASS no more.
    private func clearMethod() throws(POP3Error) -> SignInMethod? {
        if announces(.plain) { return .sasl(.plain) }
        if announces(.login) { return .sasl(.login) }
        // QUIRK: USER and PASS work though CAPA announces no way to sign in;
        // Tests/Corpus/pop3/client/no-user-announced.transcript
        let takesUser = capabilities.map { $0.user || $0.saslMechanisms.isEmpty } ?? true
        // RFC 6856 §2.2: no octets beyond ASCII in USER and PASS unless announced.
        guard takesUser else { return nil }
        if isASCII || capabilities?.utf8 == .messagesAndCredentials { return .userPass }
        throw POP3Error(
            code: .signInUnavailable, message: "The server takes only ASCII in user names and passwords.")
    }

    private var isASCII: Bool {
        configuration.userName.utf8.allSatisfy { $0 < 0x80 }
            && configuration.credential.secret.withBytes { $0.allSatisfy { $0 < 0x80 } }
    }

    var unavailable: POP3Error {
        let offered = capabilities?.saslMechanisms ?? []
        let list = offered.isEmpty ? "." : ", only " + offered.joined(separator: ", ") + "."
        let article = if case .accessToken = configuration.credential { "an" } else { "a" }
        return POP3Error(
            code: .signInUnavailable,
            message: "The server offers no sign-in with \(article) \(configuration.credential.name)" + list)
    }

    private static func noWorse(
        than earlier: EarlierSignIn, of candidates: [SignInMethod]
    ) throws(POP3Error) -> [SignInMethod] {
        let kept = candidates.filter { method in
            guard method != earlier.method else { return true }
            guard candidates.contains(earlier.method) else { return method.strength >= earlier.method.strength }
            return method.strength > earlier.method.strength && !earlier.announced.contains(method.description)
        }
        guard kept.isEmpty, !candidates.isEmpty else { return kept }
        throw POP3Error(
            code: .signInDowngraded,
            message: "The server no longer offers \(earlier.method) to sign in, nor anything as safe.")
    }

    /// Takes the next way; nil when there is none left.
    mutating func next(attempt: Int) -> SignInAttempt? {
        guard let method = methods.popFirst() else { return nil }
        let secret = configuration.credential.secret
        switch method {
        case .userPass:
            return SignInAttempt(userName: configuration.userName, password: secret)
        case .apop:
            return apop.map { SignInAttempt(userName: configuration.userName, digest: $0.digest(secret)) }
        case .sasl(let mechanism):
            return exchange(mechanism, attempt: attempt).map { SignInAttempt(mechanism, $0) }
        }
    }

    /// Nil when the mechanism can't be spoken here.
    private func exchange(_ mechanism: SASLMechanism, attempt: Int) -> (any SASLExchange)? {
        let (name, secret) = (configuration.userName, configuration.credential.secret)
        switch mechanism {
        case .plain: return PlainExchange(userName: name, password: secret)
        case .login: return LoginExchange(userName: name, password: secret)
        case .cramMD5: return CramMD5Exchange(userName: name, password: secret)
        case .xoauth2: return TokenExchange(userName: name, token: secret)
        case .oauthBearer:
            return TokenExchange(userName: name, token: secret, host: configuration.host, port: configuration.port)
        case .scramSHA256Plus, .scramSHA1Plus, .scramSHA256, .scramSHA1:
            guard let hash = mechanism.scramHash, let nonce = configuration.nonce,
                let binding = scramBinding(mechanism)
            else { return nil }
            return ScramExchange(
                hash, userName: name, password: secret, nonce: nonce + "\(attempt)", binding: binding)
        }
    }

    private func scramBinding(_ mechanism: SASLMechanism) -> ScramBinding? {
        if mechanism.bindsChannel { return binding.map { .bound($0) } }
        let isOffered = announces(.scramSHA256Plus) || announces(.scramSHA1Plus)
        return binding == nil || isOffered ? .unsupported : .notOffered
    }
}

extension POP3Error {
    /// The error without the server's words if they repeat what it was told: some say what they were sent.
    func withoutEcho(of confided: Confided) -> POP3Error {
        guard let serverText, confided.occurs(in: serverText.utf8) else { return self }
        var copy = self
        copy.serverText = "<redacted>"
        return copy
    }

    /// A refused sign-in. With AUTH-RESP-CODE only `[AUTH]` blames the credentials (RFC 3206 §6); without it there is
    /// no telling, and they are the likeliest reason.
    static func signInRefused(_ reply: Reply, _ method: SignInMethod, capabilities: Capabilities?) -> POP3Error {
        let fallback: Code = capabilities?.authResponseCode == true ? .refused : .credentialsRefused
        return .negative(reply, to: "the sign-in with \(method)", otherwise: fallback)
    }

    /// Whether another way to sign in may fare better: the server's own troubles and locks are the same for all.
    var isAboutSignInMethod: Bool { code == .credentialsRefused || code == .refused }
}
