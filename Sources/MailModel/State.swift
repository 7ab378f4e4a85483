/// An account-wide counter that every committed change advances (RFC 7162's mod-sequence). Zero is before any change.
public struct Modseq: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
    public static let zero = Modseq(rawValue: 0)
    public var next: Modseq { Modseq(rawValue: rawValue + 1) }
    public var description: String { String(rawValue) }
    public static func < (one: Modseq, other: Modseq) -> Bool { one.rawValue < other.rawValue }
}

/// One life of an account's state: a restore, or a folder that opens behind what devices were told, begins a new one.
public struct Epoch: Hashable, Sendable, CustomStringConvertible {
    /// 32 random bits, drawn when the epoch begins.
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    public var description: String { String(rawValue, radix: 16) }
}

/// The opaque state string a client holds (RFC 8620 §5.1): the epoch and the modseq at which its type last changed.
///
/// Written `s<epoch, hexadecimal>-<modseq, decimal>`.
public struct StateToken: Hashable, Sendable, CustomStringConvertible {
    public let epoch: Epoch
    public let modseq: Modseq

    public init(epoch: Epoch, modseq: Modseq) {
        self.epoch = epoch
        self.modseq = modseq
    }

    /// Reads the form that `description` writes; nil for anything else.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.first == UInt8(ascii: "s") else { return nil }
        let fields = text.dropFirst().split(separator: "-", omittingEmptySubsequences: false)
        guard fields.count == 2, let epoch = UInt32(fields[0], radix: 16), let modseq = Int64(fields[1]), modseq >= 0
        else { return nil }
        self.init(epoch: Epoch(rawValue: epoch), modseq: Modseq(rawValue: modseq))
        guard description == text else { return nil }
    }

    public var description: String { "s\(epoch)-\(modseq)" }
}

/// A type whose state clients follow and are pushed (RFC 8620 §7.1, RFC 8621 §1.5).
public enum DataType: String, CaseIterable, Sendable {
    case mailbox = "Mailbox"
    case thread = "Thread"
    case email = "Email"
    /// Changes only when new mail arrives (RFC 8621 §1.5).
    case emailDelivery = "EmailDelivery"
    case maildrop = "Maildrop"
    case maildropStatus = "MaildropStatus"
    case identity = "Identity"
    case emailSubmission = "EmailSubmission"
    case maildropJob = "MaildropJob"
    case user = "User"
    case device = "Device"
    case session = "Session"
    case quota = "Quota"
    case passkey = "Passkey"
    case mailRule = "MailRule"
}
