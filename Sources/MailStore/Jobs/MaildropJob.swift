public import MailModel

/// A poll, a test, or a search for a server that somebody asked for. Kept in memory: it is about now, and a process that ends takes it along.
public struct MaildropJob: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        case poll, test, discover
    }

    public enum State: String, CaseIterable, Sendable {
        case waiting, running, done, failed
    }

    /// How far a poll has come.
    public struct Progress: Hashable, Sendable {
        public var held: Int
        public var stored: Int
        public var pending: Int

        public init(held: Int, stored: Int, pending: Int) {
            self.held = held
            self.stored = stored
            self.pending = pending
        }
    }

    /// What a test found at each server it was to look at.
    public struct Report: Hashable, Sendable {
        public var pop3: MaildropTestReport
        /// Nil for settings without a submission server.
        public var submission: MaildropTestReport?

        public init(pop3: MaildropTestReport, submission: MaildropTestReport? = nil) {
            self.pop3 = pop3
            self.submission = submission
        }

        public var hasSucceeded: Bool { pop3.hasSucceeded && submission?.hasSucceeded ?? true }
    }

    /// Why it was not carried out, or why the poll failed: a word for programs, a sentence for people.
    public struct Failure: Hashable, Sendable {
        public var type: String
        public var description: String

        public init(type: String, description: String) {
            self.type = type
            self.description = description
        }
    }

    public let id: JobID
    public let kind: Kind
    /// Nil for settings that belong to no maildrop yet.
    public let maildrop: MaildropID?
    public let createdAt: Timestamp
    public var state = State.waiting
    public var startedAt: Timestamp?
    public var endedAt: Timestamp?
    public var progress: Progress?
    public var failure: Failure?
    public var poll: PollRecord?
    public var report: Report?
    public var discovery: MaildropDiscovery?

    public init(id: JobID, kind: Kind, maildrop: MaildropID?, createdAt: Timestamp) {
        self.id = id
        self.kind = kind
        self.maildrop = maildrop
        self.createdAt = createdAt
    }

    public var hasEnded: Bool { state == .done || state == .failed }

    /// Ends it with what it came to.
    mutating func end(_ outcome: JobOutcome, at now: Timestamp) {
        endedAt = now
        switch outcome {
        case .polled(let record):
            poll = record
            failure = record.error.map { Failure(type: $0.type, description: $0.description) }
        case .tested(let report): self.report = report
        case .discovered(let discovery): self.discovery = discovery
        case .refused(let refusal): failure = refusal
        }
        state = failure == nil ? .done : .failed
    }
}

/// What a job came to.
enum JobOutcome: Sendable {
    case polled(PollRecord)
    case tested(MaildropJob.Report)
    case discovered(MaildropDiscovery)
    case refused(MaildropJob.Failure)
}

/// What a job is to do.
public enum JobWork: Sendable {
    case poll(MaildropID)
    /// Settings as they are saved, or are not; `of`: the maildrop they are or are to be of.
    case test(MaildropTrial, of: MaildropID?)
    /// The POP3 server of a mail address.
    case discover(address: String)
}
