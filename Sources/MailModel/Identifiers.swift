/// An identifier of a stored entity: a positive number, written for clients as a letter and its decimal digits (`e42`).
///
/// The letter keeps ids of different types apart in logs and requests and makes every id valid as a JMAP Id that does
/// not start with a digit (RFC 8620 §1.2).
public protocol EntityID: Hashable, Comparable, Sendable, CustomStringConvertible {
    static var prefix: Unicode.Scalar { get }
    var rawValue: Int64 { get }
    init(rawValue: Int64)
}

extension EntityID {
    /// Reads the form that `description` writes. Anything else, a number with leading zeros included, is nobody's id.
    public init?(_ text: some StringProtocol) {
        var bytes = text.utf8.makeIterator()
        guard let first = bytes.next(), Unicode.Scalar(first) == Self.prefix else { return nil }
        var value: Int64 = 0
        var count = 0
        while let byte = bytes.next() {
            guard byte >= 0x30, byte <= 0x39, count < 18, !(count == 0 && byte == 0x30) else { return nil }
            value = value * 10 + Int64(byte - 0x30)
            count += 1
        }
        guard count > 0 else { return nil }
        self.init(rawValue: value)
    }

    public var description: String { "\(Self.prefix)\(rawValue)" }

    public static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
}

/// A person who signs in.
public struct UserID: EntityID {
    public static let prefix: Unicode.Scalar = "u"
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// One client program of a user, with its own credential.
public struct DeviceID: EntityID {
    public static let prefix: Unicode.Scalar = "d"
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// One browser in which a user signed in.
public struct SessionID: EntityID {
    public static let prefix: Unicode.Scalar = "w"
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A credential with which a user signs a browser in, in place of the password.
public struct PasskeyID: EntityID {
    public static let prefix: Unicode.Scalar = "k"
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A user's mailboxes, emails and their state (RFC 8620 §1.6.2); also the name of its folder in the data directory.
public struct AccountID: EntityID {
    public static let prefix: Unicode.Scalar = "a"
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A named container of emails (RFC 8621 §2).
public struct MailboxID: EntityID {
    public static let prefix: Unicode.Scalar = "m"
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// The stored record of one message (RFC 8621 §4).
public struct EmailID: EntityID {
    public static let prefix: Unicode.Scalar = "e"
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// The emails of one conversation (RFC 8621 §3).
public struct ThreadID: EntityID {
    public static let prefix: Unicode.Scalar = "t"
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// One POP3 server and login polled into an account (the maildrop of RFC 1939 §3).
public struct MaildropID: EntityID {
    public static let prefix: Unicode.Scalar = "p"
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Whom a user writes as (RFC 8621 §6).
public struct IdentityID: EntityID {
    public static let prefix: Unicode.Scalar = "i"
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Where a client wants to be told of changes (RFC 8620 §7.2).
public struct PushSubscriptionID: EntityID {
    public static let prefix: Unicode.Scalar = "n"
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A message that was handed in to be sent (RFC 8621 §7).
public struct SubmissionID: EntityID {
    public static let prefix: Unicode.Scalar = "s"
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// What an account has of something that is limited (RFC 9425): the number says of what.
public struct QuotaID: EntityID {
    public static let prefix: Unicode.Scalar = "q"
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// What is done with some of the mail that comes.
public struct MailRuleID: EntityID {
    public static let prefix: Unicode.Scalar = "r"
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A poll or a test of a maildrop that somebody asked for; it lives as long as the process.
public struct JobID: EntityID {
    public static let prefix: Unicode.Scalar = "j"
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}
