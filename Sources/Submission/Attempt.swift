import Logging
import MailModel
import MailStore
import SMTP
import Transport

/// One try: from the settings to what became of it, on disk.
final class Attempt {
    let sender: MessageSender
    let account: Account
    let submission: EmailSubmission
    var recipients: [SubmissionRecipient]
    /// It is on disk that the message's end may be sent, and nobody knows an answer yet.
    private var isMarked = false
    /// Nil while it is under way. Once it is there nothing of the try matters any more.
    private(set) var outcome: SubmissionOutcome?

    init(_ sender: MessageSender, _ account: Account, _ submission: EmailSubmission) {
        self.sender = sender
        self.account = account
        self.submission = submission
        recipients = submission.recipients
    }

    /// Those this try is for, by their place in `recipients`.
    private var queued: [Int] { recipients.indices.filter { recipients[$0].state == .queued } }

    func run() async throws {
        let options = sender.options
        let (id, maildropID) = (submission.id, submission.maildrop)
        let (maildrop, blob) = try await account.read { (try $0.maildrop(maildropID), try $0.message(of: id)) }
        guard let maildrop, let settings = maildrop.settings.submission else {
            throw SubmissionFailure(
                .signIn, "The maildrop it was to be sent with has no server to send with any more: give it one.")
        }
        guard let blob else { throw SubmissionFailure(.permanent, "The message is not there any more.") }
        let message = OutgoingMessage(blob)
        let envelope = try envelope(message.traits())
        let policy = try await sender.store.addressPolicy(of: account.id)
        let configuration = SMTPConfiguration(settings, try await credential(maildrop, settings), options)
        let target = ConnectionTarget(settings, policy.forSubmission, options.limits)
        try await sender.connector.withConnection(to: target, trace: options.trace) { connection in
            await options.reached(.connected)
            try await self.converse(SMTPSession(connection, configuration), envelope, message)
        }
    }

    private func envelope(_ traits: MessageTraits) throws -> SMTPEnvelope {
        let addresses = queued.compactMap { SMTPAddress(recipients[$0].address) }
        guard let sender = SMTPAddress(submission.mailFrom), addresses.count == queued.count, !addresses.isEmpty else {
            throw SubmissionFailure(.permanent, "An address of the envelope is none that can be sent to.")
        }
        return SMTPEnvelope(sender: sender, recipients: addresses, traits: traits)
    }

    private func credential(
        _ maildrop: Maildrop, _ settings: SubmissionSettings
    ) async throws -> SMTPConfiguration.Credential {
        let id = maildrop.id
        switch settings.credential {
        case .nothing: return .nothing
        case .same where maildrop.signInProvider != nil:
            let token = try await sender.store.accessToken(of: id, in: account.id)
            return .accessToken(userName: maildrop.settings.username, token)
        case .same:
            guard let password = try await account.read({ try $0.password(of: id) }) else { throw Self.noPassword }
            return .password(userName: maildrop.settings.username, password)
        case .own:
            guard let password = try await account.read({ try $0.submissionPassword(of: id) }) else {
                throw Self.noPassword
            }
            return .password(userName: settings.username ?? maildrop.settings.username, password)
        }
    }

    private static let noPassword = SubmissionFailure(
        .signIn, "There is no password for the server that mail is sent with: set one.")
}

// The session.
extension Attempt {
    private func converse(
        _ session: SMTPSession, _ envelope: SMTPEnvelope, _ message: OutgoingMessage
    ) async throws {
        while outcome == nil {
            switch try await session.next() {
            case .ready:
                await sender.options.reached(.signedIn)
                session.submit(envelope)
            case .message(let replies):
                await sender.options.reached(.dataAccepted)
                note(replies)
                try await send(message, session)
            case .accepted:
                await sender.options.reached(.answered)
                for index in recipients.indices where recipients[index].state == .sending {
                    recipients[index].state = .relayed
                }
                await settle(nil)
                await session.quit()
            case .refused(let error, let replies):
                if !isMarked { note(replies) }
                await settle(SubmissionFailure(error, isMessages: true))
                await session.quit()
            case .failed(let error):
                // An answer, if only that the session ends, is no doubt.
                guard !session.isInDoubt, isMarked else { throw error }
                await settle(SubmissionFailure(error))
            case .finished, .wait, .send, .startTLS:
                throw SubmissionFailure(.temporary, "The session came out of step.")
            }
        }
    }

    /// Sends the message. Its end only once it is on disk that it may be out, and if nobody took it back meanwhile.
    private func send(_ message: OutgoingMessage, _ session: SMTPSession) async throws {
        var pieces = message.makePieces()
        while let piece = try pieces.next() { try await session.write(piece) }
        await sender.options.reached(.messageSent)
        guard sender.verdicts.begin() else { throw CancellationError() }
        let (id, accepted) = (submission.id, recipients)
        do { isMarked = try await account.write { try $0.beginSending(id, accepted) } } catch {
            sender.verdicts.end()
            throw error
        }
        guard isMarked else {
            sender.verdicts.end()
            outcome = .idle
            return
        }
        await sender.options.reached(.marked)
        try await session.writeEnd()
        await sender.options.reached(.endSent)
    }

    /// Takes in what the server said to each recipient.
    private func note(_ replies: [SMTPReply]) {
        for (index, reply) in zip(queued, replies) {
            recipients[index].reply = reply.description
            if reply.isPositive {
                recipients[index].state = .sending
            } else if reply.isForGood, !reply.isTooManyRecipients {
                recipients[index].state = .refused
            }
        }
    }
}

// The end.
extension Attempt {
    /// The try broke off. Once the message's end may have been sent, nobody sends it again unasked.
    func fail(_ error: any Error) async {
        guard isMarked else { return await settle(SubmissionFailure(error)) }
        let id = submission.id
        await write { try $0.leaveInDoubt(id, .cut) }
        sender.verdicts.end()
        outcome = .inDoubt
        sender.logger.error("Nobody knows whether a message was sent", metadata: metadata(SubmissionFailure(error)))
    }

    /// Writes down what is known; `failure`: why the message is not with the server for those that are not relayed.
    private func settle(_ failure: SubmissionFailure?) async {
        guard failure?.kind != .interrupted else {
            outcome = .interrupted
            return
        }
        if let failure { note(failure) }
        let isLeft = recipients.contains { $0.state == .queued }
        let retryAt = isLeft ? retryTime(failure) : nil
        let problem = problem(failure, isGivenUp: isLeft && retryAt == nil)
        let (id, final) = (submission.id, recipients)
        await write { try $0.endTry(id, final, problem: problem, retryAt: retryAt) }
        if isMarked { sender.verdicts.end() }
        outcome = retryAt != nil ? .postponed : final.allSatisfy { $0.state == .relayed } ? .sent : .failed
        await sender.options.reached(.committed)
        if let failure {
            sender.logger.warning("A message could not be handed over", metadata: metadata(failure, retryAt: retryAt))
        } else {
            sender.logger.info("A message was handed over", metadata: metadata(nil))
        }
    }

    /// What was said of one recipient stands, unless the message as a whole was refused (RFC 8621 §7).
    private func note(_ failure: SubmissionFailure) {
        for index in recipients.indices where [.queued, .sending].contains(recipients[index].state) {
            if let reply = failure.reply, recipients[index].state == .sending || recipients[index].reply == nil {
                recipients[index].reply = reply.description
            }
            recipients[index].reply = recipients[index].reply ?? failure.syntheticReply
            recipients[index].state = failure.kind == .permanent ? .refused : .queued
        }
    }

    /// What a server has answered must not be forgotten: when the disk is full, for one, it is written when that is over.
    private func write(_ body: @escaping @Sendable (AccountWriter) throws -> Void) async {
        while true {
            do { return try await account.write(body) } catch {
                sender.logger.error(
                    "What became of a message could not be written down",
                    metadata: ["account": "\(account.id)", "submission": "\(submission.id)", "error": "\(error)"])
                // Our process ends: if the message's end was sent, the next one finds it in doubt.
                do { try await sender.options.sleeper.sleep(for: .seconds(10)) } catch { return }
            }
        }
    }

    private func retryTime(_ failure: SubmissionFailure?) -> Timestamp? {
        let now = sender.options.clock()
        let next = now.adding(sender.options.pause(after: submission.attempts, failure?.kind ?? .temporary))
        return next.since(submission.firstTriedAt ?? now) <= sender.options.giveUpAfter ? next : nil
    }

    private func problem(_ failure: SubmissionFailure?, isGivenUp: Bool) -> String? {
        guard let first = recipients.first(where: { $0.state != .relayed }) else { return nil }
        let reason = failure?.description ?? "The server did not take \(first.address): \(first.reply ?? "")"
        return isGivenUp ? "Given up after many tries. \(reason)" : reason
    }

    private func metadata(_ failure: SubmissionFailure?, retryAt: Timestamp? = nil) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "account": "\(account.id)", "submission": "\(submission.id)", "attempt": "\(submission.attempts)",
        ]
        if let failure { metadata["error"] = "\(failure.description)" }
        if let retryAt { metadata["retryAt"] = "\(retryAt)" }
        return metadata
    }
}

extension SubmissionFailure {
    /// RFC 8621 §7: a reply of SMTP's form for what no server said.
    fileprivate var syntheticReply: String {
        switch kind {
        case .permanent: "554 5.6.0 \(description)"
        case .temporary, .signIn, .interrupted: "451 4.4.0 \(description)"
        }
    }
}
