import MailModel
import SASL

/// How SCRAM speaks of the TLS connection below it (RFC 5802 §6).
enum ScramBinding: Sendable, Equatable {
    /// There is none, or nothing to tell it by: `n`.
    case unsupported
    /// We could have bound to it and the server announces no mechanism that does: `y`, so that a server that does can tell
    /// that somebody took its announcement away.
    case notOffered
    /// `p=…`
    case bound(ChannelBinding)

    fileprivate var header: String {
        switch self {
        case .unsupported: "n,,"
        case .notOffered: "y,,"
        case .bound(let binding): "p=\(binding.type),,"
        }
    }

    fileprivate var data: [UInt8] {
        switch self {
        case .unsupported, .notOffered: []
        case .bound(let binding): binding.data
        }
    }
}

/// What names a TLS connection to both of its ends (RFC 5056, RFC 5929).
public struct ChannelBinding: Hashable, Sendable {
    /// `tls-server-end-point`, for one.
    public var type: String
    public var data: [UInt8]

    public init(type: String, data: [UInt8]) {
        self.type = type
        self.data = data
    }
}

/// SCRAM (RFC 5802, RFC 7677): the password is never said, and the server proves that it knows it too.
struct ScramExchange: SASLExchange {
    /// The most rounds that a server may ask for: so many take about a second.
    static let maximumRounds = 600_000

    private enum Step: Sendable {
        case first
        case final(serverSignature: [UInt8])
        case verified
    }

    private let hash: ScramHash
    private let binding: ScramBinding
    private let password: [UInt8]
    private let nonce: String
    private let maximumRounds: Int
    private let firstMessageBare: String
    private var step = Step.first

    /// Nil when name or password can't be prepared (RFC 4013). `nonce` must be new for every exchange, printable ASCII
    /// without a comma.
    init?(
        _ hash: ScramHash, userName: String, password: Secret, nonce: String, binding: ScramBinding,
        maximumRounds: Int = Self.maximumRounds
    ) {
        guard let name = SASLPrep.prepare(userName),
            let text = password.withBytes({ String(validating: $0, as: UTF8.self) }),
            let prepared = SASLPrep.prepare(text), !name.isEmpty, !prepared.isEmpty
        else { return nil }
        self.hash = hash
        self.binding = binding
        self.password = Array(prepared.utf8)
        self.nonce = nonce
        self.maximumRounds = maximumRounds
        let escaped = name.replacing("=", with: "=3D").replacing(",", with: "=2C")
        firstMessageBare = "n=\(escaped),r=\(nonce)"
    }

    var initialResponse: Secret? { Secret(binding.header + firstMessageBare) }

    var isComplete: Bool { if case .verified = step { true } else { false } }

    mutating func respond(to challenge: [UInt8]?) throws(POP3Error) -> Secret {
        guard let challenge, let text = String(validating: challenge, as: UTF8.self) else {
            throw .malformedChallenge("SCRAM")
        }
        switch step {
        case .first:
            return try answer(text)
        case .final(let signature):
            try verify(text, signature)
            step = .verified
            return Secret("")
        case .verified:
            throw .malformedChallenge("SCRAM")
        }
    }

    /// The client's final message, to the server's first.
    private mutating func answer(_ serverFirst: String) throws(POP3Error) -> Secret {
        let fields = Self.fields(serverFirst)
        guard fields.count >= 3, fields[0].name == "r", fields[1].name == "s", fields[2].name == "i",
            fields[0].value.hasPrefix(nonce), fields[0].value.utf8.count > nonce.utf8.count,
            let salt = Base64.decode(Array(fields[1].value.utf8)), !salt.isEmpty,
            let iterations = Int(fields[2].value), iterations > 0
        else { throw .malformedChallenge("SCRAM") }
        guard iterations <= maximumRounds else {
            throw POP3Error(
                code: .limitExceeded,
                message: "The server asks for \(iterations) rounds of SCRAM; \(maximumRounds) are the most.")
        }
        let channel = String(
            decoding: Base64.encode(Array(binding.header.utf8) + binding.data), as: UTF8.self)
        let withoutProof = "c=\(channel),r=\(fields[0].value)"
        let authMessage = Array("\(firstMessageBare),\(serverFirst),\(withoutProof)".utf8)

        let salted = try hash.saltedPassword(password, salt: salt, iterations: iterations)
        let clientKey = hash.hmac(key: salted, Array("Client Key".utf8))
        let signature = hash.hmac(key: hash.hash(clientKey), authMessage)
        let proof = zip(clientKey, signature).map { $0 ^ $1 }
        let serverKey = hash.hmac(key: salted, Array("Server Key".utf8))
        step = .final(serverSignature: hash.hmac(key: serverKey, authMessage))
        return Secret(withoutProof + ",p=" + String(decoding: Base64.encode(proof), as: UTF8.self))
    }

    private func verify(_ serverFinal: String, _ signature: [UInt8]) throws(POP3Error) {
        guard let field = Self.fields(serverFinal).first else { throw .malformedChallenge("SCRAM") }
        if field.name == "e" {
            throw POP3Error(
                code: .credentialsRefused, message: "The server refused the sign-in.",
                serverText: String(field.value.prefix(100)))
        }
        guard field.name == "v", let stated = Base64.decode(Array(field.value.utf8)),
            Secret(bytes: stated).isEqualInConstantTime(to: Secret(bytes: signature))
        else { throw .serverUnproven }
    }

    private static func fields(_ message: String) -> [(name: Substring, value: Substring)] {
        message.split(separator: ",", omittingEmptySubsequences: false).prefix(16).map { field in
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (parts.first ?? "", parts.count == 2 ? parts[1] : "")
        }
    }
}

extension POP3Error {
    static let serverUnproven = POP3Error(
        code: .serverUnproven, message: "The server accepted the sign-in without proof that it knows the password.")
}
