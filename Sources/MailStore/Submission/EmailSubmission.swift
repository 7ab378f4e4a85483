public import MailModel

/// What has become of a submission. On disk: append only.
public enum SubmissionState: Int64, Sendable, CaseIterable {
    /// It waits for its time, or for the next try.
    case pending = 0
    /// The end of the message may be on its way to the server.
    case sending = 1
    /// No recipient is left, and at least one was taken.
    case sent = 2
    /// No recipient is left, and none was taken.
    case failed = 3
    /// The end of the message was sent, or may have been, and nobody knows the server's answer: somebody has to say what
    /// is to become of it (docs/decisions/0057).
    case inDoubt = 4
    case canceled = 5
}

/// One recipient of a submission, and what its server said last.
public struct SubmissionRecipient: Hashable, Sendable {
    /// On disk: append only.
    public enum State: Int64, Sendable {
        case queued = 0
        /// The submission server has the message for this recipient.
        case relayed = 1
        /// No further try is made.
        case refused = 2
        /// The recipient was accepted, and the end of the message is on its way.
        case sending = 3
        /// Nobody knows whether the message was taken.
        case inDoubt = 4
    }

    public var address: String
    public var state: State
    /// A reply of SMTP's form on one line; nil before the first.
    public var reply: String?

    public init(address: String, state: State = .queued, reply: String? = nil) {
        self.address = address
        self.state = state
        self.reply = reply
    }
}

/// A message that was handed in to be sent (RFC 8621 §7).
public struct EmailSubmission: Hashable, Sendable {
    public let id: SubmissionID
    /// What it was made of; each may be gone by now.
    public let identity: IdentityID
    public let email: EmailID
    public let thread: ThreadID
    /// Through whose submission server it goes.
    public let maildrop: MaildropID
    public let mailFrom: String
    public var recipients: [SubmissionRecipient]
    public let createdAt: Timestamp
    public let sendAt: Timestamp
    public var state: SubmissionState
    public var attempts: Int
    /// When the first try began.
    public var firstTriedAt: Timestamp?
    /// While it is pending.
    public var nextTryAt: Timestamp?
    /// Why the last try did not succeed: a sentence.
    public var problem: String?

    /// RFC 8621 §7, undoStatus. Once a server has it for one recipient, or may have it, nothing can be recalled.
    public var undoStatus: UndoStatus {
        switch state {
        case .pending: recipients.contains { $0.state == .relayed } ? .final : .pending
        case .sending, .sent, .failed, .inDoubt: .final
        case .canceled: .canceled
        }
    }

    public enum UndoStatus: String, Sendable, CaseIterable {
        case pending, final, canceled
    }
}

/// A submission as a client wants it.
public struct NewSubmission: Hashable, Sendable {
    public var identity: IdentityID
    public var email: EmailID
    public var maildrop: MaildropID
    public var mailFrom: String
    public var recipients: [String]
    /// Nil: now.
    public var sendAt: Timestamp?

    public init(
        identity: IdentityID, email: EmailID, maildrop: MaildropID, mailFrom: String, recipients: [String],
        sendAt: Timestamp? = nil
    ) {
        self.identity = identity
        self.email = email
        self.maildrop = maildrop
        self.mailFrom = mailFrom
        self.recipients = recipients
        self.sendAt = sendAt
    }
}

/// What a person says of a submission that is in doubt.
public enum SubmissionResolution: Sendable {
    /// Send it to those in doubt once more, although they may get it twice.
    case sendAgain
    /// It arrived.
    case arrived
    /// It did not, and is not to be sent any more.
    case giveUp
}

/// Bounds of what may be submitted.
public enum SubmissionRules {
    /// Octets of one message.
    public static let octets = 150 * 1024 * 1024
    /// Recipients of one message.
    public static let recipients = 500
    /// Submissions of an account that are not settled.
    public static let unsettled = 1_000
    /// How far ahead `sendAt` may lie.
    public static let delay: Duration = .seconds(366 * 86_400)
    /// How long settled ones are kept.
    static let keptSeconds: Int64 = 90 * 86_400
}
