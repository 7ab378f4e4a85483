/// What the configuration says of mail hosts: how far apart a maildrop's sign-ins are, and how many there may be over all
/// maildrops. Kept by name, in lower case.
public struct HostRules: Sendable, Equatable {
    /// Sign-ins of one host in `window`, over all maildrops, where no rule names it.
    public var signIns: Int
    public var window: Duration
    public var rules: [HostRule]

    public init(signIns: Int = 120, window: Duration = .seconds(60), rules: [HostRule] = []) {
        self.signIns = signIns
        self.window = window
        self.rules = rules
    }

    /// The shortest pause between two sign-ins of one maildrop at a host.
    func pause(of host: String) -> Duration { rule(of: host)?.pause ?? .zero }

    /// Nil: this machine's own servers, unless a rule names them. They count nobody's sign-ins.
    func budget(of host: String) -> SignInBudget.Rule? {
        if let rule = rule(of: host), let signIns = rule.signIns {
            return SignInBudget.Rule(signIns: signIns, window: rule.window ?? window)
        }
        return Self.isThisMachine(host) ? nil : SignInBudget.Rule(signIns: signIns, window: window)
    }

    private func rule(of host: String) -> HostRule? { rules.first { $0.covers(host) } }

    private static func isThisMachine(_ host: String) -> Bool {
        host == "localhost" || host == "::1"
            || host.hasPrefix("127.") && host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
    }
}

/// One host, or all below a domain, written `pop.example.net 5m`, `*.example.net 60/1h` or with both.
public struct HostRule: Sendable, Equatable {
    /// In lower case; begins with `*.` for every host below a domain.
    public var pattern: String
    /// Between two sign-ins of one maildrop.
    public var pause: Duration
    /// Over all maildrops, in `window`; nil: as for any host.
    public var signIns: Int?
    public var window: Duration?

    public init(pattern: String, pause: Duration = .zero, signIns: Int? = nil, window: Duration? = nil) {
        self.pattern = pattern.lowercased()
        self.pause = pause
        self.signIns = signIns
        self.window = window
    }

    func covers(_ host: String) -> Bool {
        pattern.hasPrefix("*.") ? host.hasSuffix(pattern.dropFirst()) : host == pattern
    }
}
