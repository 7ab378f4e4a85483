public import MailModel

/// What is known of a maildrop now: kept in memory, told to devices when it changes in kind, never written by a poll
/// that found nothing.
public struct MaildropStatus: Hashable, Sendable {
    public enum State: String, CaseIterable, Sendable {
        case idle, polling, failing, disabled
    }

    /// Why a maildrop cannot be polled.
    public struct Failure: Hashable, Sendable {
        /// A word for programs, such as `authenticationFailed`.
        public var type: String
        /// A sentence a person can act on.
        public var description: String
        /// Since when polls end this way, or in another failure.
        public var since: Timestamp

        public init(type: String, description: String, since: Timestamp) {
            self.type = type
            self.description = description
            self.since = since
        }
    }

    public let id: MaildropID
    public var state: State
    public var lastPollAt: Timestamp?
    public var lastSuccessAt: Timestamp?
    public var nextPollAt: Timestamp?
    /// Why then; nil as `nextPollAt` is.
    public var nextPollCause: PollCause?
    public var error: Failure?
    /// Messages in the maildrop as last listed.
    public var held: Int
    /// Of those, messages that are stored here.
    public var stored: Int
    /// Of those, messages still to be fetched, held back or parked.
    public var pending: Int
    /// What the server announced last (CAPA), a line each.
    public var capabilities: [String]
    /// SHA-256 of the certificate the server showed last.
    public var certificateSHA256: [UInt8]?
    /// The same certificate.
    public var certificate: MaildropTestReport.Certificate?
    /// What people should know although nothing fails, as of the last poll that listed the maildrop.
    public var notices: [MaildropNotice] = []

    public init(id: MaildropID, state: State = .idle) {
        self.id = id
        self.state = state
        held = 0
        stored = 0
        pending = 0
        capabilities = []
    }

    /// Whether a device must be told that this replaced `old`: another state or error, or counts that moved. The times of
    /// polls alone are no change, nor is a poll that has found nothing to fetch.
    func isTransition(from old: MaildropStatus) -> Bool { asTold != old.asTold }

    private var asTold: MaildropStatus {
        var told = self
        told.lastPollAt = nil
        told.lastSuccessAt = nil
        told.nextPollAt = nil
        told.nextPollCause = nil
        if told.state == .polling, told.pending == 0 { told.state = told.error == nil ? .idle : .failing }
        return told
    }
}
