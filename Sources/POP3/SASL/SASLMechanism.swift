/// The SASL mechanisms we speak (RFC 5034 §4, RFC 4422), by the names CAPA announces.
public enum SASLMechanism: String, Hashable, Sendable, CaseIterable {
    /// RFC 7677, bound to the TLS connection.
    case scramSHA256Plus = "SCRAM-SHA-256-PLUS"
    /// RFC 5802, bound to the TLS connection.
    case scramSHA1Plus = "SCRAM-SHA-1-PLUS"
    /// RFC 7677.
    case scramSHA256 = "SCRAM-SHA-256"
    /// RFC 5802.
    case scramSHA1 = "SCRAM-SHA-1"
    /// RFC 2195.
    case cramMD5 = "CRAM-MD5"
    /// RFC 4616.
    case plain = "PLAIN"
    /// Never standardised: name and password, each after a question.
    case login = "LOGIN"
    /// RFC 7628.
    case oauthBearer = "OAUTHBEARER"
    /// What came before OAUTHBEARER and is still all that some providers take.
    case xoauth2 = "XOAUTH2"

    /// The SCRAM mechanisms, the strongest first.
    static let scram: [SASLMechanism] = [.scramSHA256Plus, .scramSHA1Plus, .scramSHA256, .scramSHA1]

    /// Whether the mechanism proves that both ends share one TLS connection.
    var bindsChannel: Bool { self == .scramSHA256Plus || self == .scramSHA1Plus }

    var scramHash: ScramHash? {
        switch self {
        case .scramSHA256Plus, .scramSHA256: .sha256
        case .scramSHA1Plus, .scramSHA1: .sha1
        case .cramMD5, .plain, .login, .oauthBearer, .xoauth2: nil
        }
    }
}

/// A way to sign in.
public enum SignInMethod: Hashable, Sendable, CustomStringConvertible {
    case sasl(SASLMechanism)
    /// RFC 1939 §7: a digest of the greeting's timestamp and the password.
    case apop
    /// USER and PASS.
    case userPass

    /// As it is written down: the mechanism's name, `APOP` or `USER`.
    public var description: String {
        switch self {
        case .sasl(let mechanism): mechanism.rawValue
        case .apop: "APOP"
        case .userPass: "USER"
        }
    }

    public init?(_ description: String) {
        switch description {
        case "APOP": self = .apop
        case "USER": self = .userPass
        default:
            guard let mechanism = SASLMechanism(rawValue: description) else { return nil }
            self = .sasl(mechanism)
        }
    }

    /// How little the method gives away: a later session takes none below the one that an earlier session used.
    /// Those that hand over the password, or a token, as it is are equals.
    var strength: Int {
        switch self {
        case .sasl(.scramSHA256Plus): 6
        case .sasl(.scramSHA1Plus): 5
        case .sasl(.scramSHA256): 4
        case .sasl(.scramSHA1): 3
        case .sasl(.cramMD5), .apop: 2
        case .sasl(.plain), .sasl(.login), .sasl(.oauthBearer), .sasl(.xoauth2), .userPass: 1
        }
    }
}
