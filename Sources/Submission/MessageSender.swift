import Logging
import MailModel
import MailStore
import SMTP
import Transport

/// Carries out single tries to send.
struct MessageSender: Sendable {
    let store: MailStore
    let connector: Connector
    let options: SubmissionOptions
    let logger: Logger
    let verdicts = Verdicts()

    /// Tries once, and returns when how it went is on disk. Throws when the account can't be read: then nothing was done.
    func send(_ id: SubmissionID, in accountID: AccountID) async throws -> SubmissionOutcome {
        let account = try await store.account(accountID)
        guard let submission = try await account.write({ try $0.beginSubmission(id) }) else { return .idle }
        let attempt = Attempt(self, account, submission)
        do { try await attempt.run() } catch {
            if attempt.outcome == nil { await attempt.fail(error) }
        }
        return attempt.outcome ?? .idle
    }
}

/// How a try ended, for metrics.
enum SubmissionOutcome: String, Sendable {
    /// The server has the message for everybody.
    case sent
    /// Some recipients are left, or all, and it is tried again.
    case postponed
    /// Nobody is left, and not everybody got it.
    case failed
    case inDoubt = "in_doubt"
    /// There was nothing to do: canceled, or not due yet.
    case idle
    /// Our process ends; it stays as it was.
    case interrupted
}
