package import NIOCore

/// What CAPA announces (RFC 2449 §5, §6). Nothing is announced until the server has said so.
public struct Capabilities: Hashable, Sendable {
    /// How long the server keeps a message at least (RFC 2449 §6.7).
    public struct Expire: Hashable, Sendable {
        /// Nil for `NEVER`: messages stay until they are deleted. Zero: retrieved messages may go at QUIT.
        public var days: Int?
        /// The value after sign-in may be another (`USER`).
        public var dependsOnUser: Bool

        public init(days: Int?, dependsOnUser: Bool = false) {
            self.days = days
            self.dependsOnUser = dependsOnUser
        }
    }

    /// The least time between two sign-ins (RFC 2449 §6.5).
    public struct LoginDelay: Hashable, Sendable {
        public var seconds: Int
        /// The value after sign-in may be another (`USER`).
        public var dependsOnUser: Bool

        public init(seconds: Int, dependsOnUser: Bool = false) {
            self.seconds = seconds
            self.dependsOnUser = dependsOnUser
        }
    }

    /// `UTF8` (RFC 6856 §2).
    public enum UTF8Support: Hashable, Sendable {
        case messages
        /// User names and passwords in USER and PASS as well.
        case messagesAndCredentials
    }

    /// TOP is there.
    public var top = false
    /// USER and PASS are there.
    public var user = false
    /// UIDL is there.
    public var uniqueIDs = false
    /// STLS is there (RFC 2595 §4).
    public var startTLS = false
    /// Commands may be sent before earlier ones are answered (RFC 2449 §6.6).
    public var pipelining = false
    /// A text in brackets at the beginning of an answer is a response code (RFC 2449 §6.4).
    public var responseCodes = false
    /// A refused sign-in without `[AUTH]` is not the credentials' fault (RFC 3206 §5).
    public var authResponseCode = false
    /// AUTH and its mechanisms, in upper case (RFC 5034 §3).
    public var saslMechanisms: [String] = []
    public var expire: Expire?
    public var loginDelay: LoginDelay?
    public var utf8: UTF8Support?
    /// Which program the server is. For people only: behaviour must not depend on it (RFC 2449 §6.9).
    public var implementation: String?
    /// Lines that none of the above stands for, cleaned for people.
    public var others: [String] = []

    /// The most lines an answer to CAPA may have.
    public static let maximumLines = 200

    public init() {}

    /// Takes in one line of the answer. A known tag with arguments that make no sense counts as not announced.
    package mutating func read(line: ByteBuffer) {
        var cursor = LineCursor(line)
        let tag = cursor.word()
        switch String(decoding: tag.prefix(32).map(\.asciiUppercased), as: UTF8.self) {
        case "": break
        case "TOP": top = true
        case "USER": user = true
        case "UIDL": uniqueIDs = true
        case "STLS": startTLS = true
        case "PIPELINING": pipelining = true
        case "RESP-CODES": responseCodes = true
        case "AUTH-RESP-CODE": authResponseCode = true
        case "SASL": saslMechanisms = Self.mechanisms(&cursor)
        case "EXPIRE": expire = Self.expire(&cursor)
        case "LOGIN-DELAY": loginDelay = Self.loginDelay(&cursor)
        case "UTF8": utf8 = Self.hasUserToken(&cursor) ? .messagesAndCredentials : .messages
        case "IMPLEMENTATION":
            cursor.skipBlanks()
            implementation = ByteBuffer(cursor.rest).humanText
        default: others.append(line.humanText)
        }
    }

    private static func mechanisms(_ cursor: inout LineCursor) -> [String] {
        var mechanisms: [String] = []
        while mechanisms.count < maximumLines {
            let word = cursor.word()
            guard !word.isEmpty else { break }
            // RFC 4422 §3.1: a mechanism's name has at most 20 characters.
            guard word.count <= 20 else { continue }
            mechanisms.append(String(decoding: word.map(\.asciiUppercased), as: UTF8.self))
        }
        return mechanisms
    }

    private static func expire(_ cursor: inout LineCursor) -> Expire? {
        if let days = cursor.number() { return Expire(days: days, dependsOnUser: hasUserToken(&cursor)) }
        guard cursor.word().matches(asciiCaseInsensitive: "NEVER") else { return nil }
        return Expire(days: nil, dependsOnUser: hasUserToken(&cursor))
    }

    private static func loginDelay(_ cursor: inout LineCursor) -> LoginDelay? {
        guard let seconds = cursor.number() else { return nil }
        return LoginDelay(seconds: seconds, dependsOnUser: hasUserToken(&cursor))
    }

    private static func hasUserToken(_ cursor: inout LineCursor) -> Bool {
        cursor.word().matches(asciiCaseInsensitive: "USER")
    }
}

extension Capabilities {
    /// The lines of an answer to CAPA, without their line ends and the final dot. Reading them gives an equal value.
    public var lines: [String] {
        var lines: [String] = []
        if top { lines.append("TOP") }
        if uniqueIDs { lines.append("UIDL") }
        if responseCodes { lines.append("RESP-CODES") }
        if authResponseCode { lines.append("AUTH-RESP-CODE") }
        if pipelining { lines.append("PIPELINING") }
        if startTLS { lines.append("STLS") }
        if user { lines.append("USER") }
        if !saslMechanisms.isEmpty { lines.append("SASL " + saslMechanisms.joined(separator: " ")) }
        if let expire {
            lines.append("EXPIRE \(expire.days.map(String.init) ?? "NEVER")\(expire.dependsOnUser ? " USER" : "")")
        }
        if let loginDelay {
            lines.append("LOGIN-DELAY \(loginDelay.seconds)\(loginDelay.dependsOnUser ? " USER" : "")")
        }
        switch utf8 {
        case .messages: lines.append("UTF8")
        case .messagesAndCredentials: lines.append("UTF8 USER")
        case nil: break
        }
        if let implementation { lines.append("IMPLEMENTATION " + implementation) }
        return lines + others
    }
}
