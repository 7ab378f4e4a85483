import GRDB
public import MailModel

// What clients do.
extension AccountWriter {
    /// Puts a message on the queue. Its octets stay as they are now, whatever becomes of the email.
    ///
    /// - Throws: `notFound` for an email that is not there; `overLimit`.
    public func createSubmission(_ new: NewSubmission) throws -> SubmissionID {
        guard try reader.unsettledSubmissions() < SubmissionRules.unsettled else {
            throw MailStoreError(
                .overLimit, "\(SubmissionRules.unsettled) messages wait to be sent already: no more are taken for now.")
        }
        guard (1...SubmissionRules.recipients).contains(new.recipients.count) else {
            throw MailStoreError(.overLimit, "A message has 1 to \(SubmissionRules.recipients) recipients.")
        }
        let email = try db.first("SELECT blob, thread FROM email WHERE id = ?", .int(new.email.rawValue)) {
            (blob: $0.int(0), thread: $0.int(1))
        }
        guard let email else { throw MailStoreError.notFound("email \(new.email)") }
        return try transaction.verb {
            let sendAt = max(new.sendAt ?? now, now)
            try db.run(
                """
                INSERT INTO submission (identity, email, thread, blob, maildrop, mailFrom, createdAt, sendAt, state, nextTryAt)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?8)
                """, .int(new.identity.rawValue), .int(new.email.rawValue), .int(email.thread), .int(email.blob),
                .int(new.maildrop.rawValue), .text(new.mailFrom), .int(now.milliseconds), .int(sendAt.milliseconds))
            let id = SubmissionID(rawValue: db.lastInsertedRowID)
            for (position, address) in new.recipients.enumerated() {
                try db.run(
                    "INSERT INTO submissionRecipient VALUES (?, ?, ?, 0, NULL)", .int(id.rawValue), .int(position),
                    .text(address))
            }
            try note(.created, .emailSubmission, id.rawValue)
            return id
        }
    }

    /// Takes a message back. False: it is too late. A try that is under way ends before the message's end is sent.
    ///
    /// - Throws: `notFound`.
    public func cancelSubmission(_ id: SubmissionID) throws -> Bool {
        let submission = try known(id)
        if submission.state == .canceled { return true }
        guard submission.undoStatus == .pending else { return false }
        try transaction.verb { try settle(id, .canceled, problem: nil) }
        return true
    }

    /// Says what is to become of a submission that is in doubt. False: it is not.
    ///
    /// - Throws: `notFound`.
    public func resolveSubmission(_ id: SubmissionID, _ resolution: SubmissionResolution) throws -> Bool {
        guard try known(id).state == .inDoubt else { return false }
        try transaction.verb {
            switch resolution {
            case .sendAgain: try setRecipients(of: id, from: .inDoubt, to: .queued)
            case .arrived: try setRecipients(of: id, from: .inDoubt, to: .relayed)
            case .giveUp:
                // Nothing more is sent, to those neither who were to be tried again.
                try setRecipients(of: id, from: .inDoubt, to: .refused)
                try setRecipients(of: id, from: .queued, to: .refused)
            }
            try goOn(id, problem: nil, at: now)
        }
        return true
    }

    /// Removes the record of a submission; what it stands for goes on (RFC 8621 §7.5).
    ///
    /// - Throws: `notFound`.
    public func destroySubmission(_ id: SubmissionID) throws {
        let submission = try known(id)
        try transaction.verb {
            if submission.state == .pending || submission.state == .sending {
                try db.run("UPDATE submission SET isDestroyed = 1 WHERE id = ?", .int(id.rawValue))
            } else {
                try remove(id)
            }
            _ = try note(.destroyed, .emailSubmission, id.rawValue)
        }
    }

    private func known(_ id: SubmissionID) throws -> EmailSubmission {
        guard let submission = try reader.submissions([id]).first else {
            throw MailStoreError.notFound("submission \(id)")
        }
        return submission
    }
}

// What sending does.
extension AccountWriter {
    /// A try begins. Nil: it is not to be sent any more, or not yet.
    package func beginSubmission(_ id: SubmissionID) throws -> EmailSubmission? {
        guard let submission = try reader.submission(id), submission.state == .pending,
            let due = submission.nextTryAt, due <= now
        else { return nil }
        try transaction.verb {
            _ = try db.run(
                "UPDATE submission SET attempts = attempts + 1, firstTriedAt = ifnull(firstTriedAt, ?) WHERE id = ?",
                .int(now.milliseconds), .int(id.rawValue))
        }
        return try reader.submission(id)
    }

    /// The server has answered for recipients and waits for the message's end. False: somebody canceled it, and the end
    /// must not be sent. Once this is committed, only an answer of the server's says that it does not have the message.
    package func beginSending(_ id: SubmissionID, _ recipients: [SubmissionRecipient]) throws -> Bool {
        guard let submission = try reader.submission(id), submission.state == .pending else { return false }
        try transaction.verb {
            try set(recipients, of: submission)
            try db.run("UPDATE submission SET state = 1, nextTryAt = NULL WHERE id = ?", .int(id.rawValue))
            try noteUpdate(id)
        }
        return true
    }

    /// A try has ended with what `recipients` say; those that are left are tried again at `retryAt`, or, if it is nil, not
    /// any more.
    package func endTry(
        _ id: SubmissionID, _ recipients: [SubmissionRecipient], problem: String?, retryAt: Timestamp?
    ) throws {
        guard let submission = try reader.submission(id), [.pending, .sending].contains(submission.state) else {
            return
        }
        try transaction.verb {
            try set(recipients, of: submission)
            if retryAt == nil { try setRecipients(of: id, from: .queued, to: .refused) }
            try goOn(id, problem: problem, at: retryAt ?? now)
        }
    }

    /// Nobody will hear the server's answer. Those that were accepted are in doubt.
    package func leaveInDoubt(_ id: SubmissionID, _ doubt: SubmissionDoubt) throws {
        guard try reader.submission(id)?.state == .sending else { return }
        try transaction.verb {
            // Somebody has to see it: what was destroyed shows again.
            let wasDestroyed = try db.first("SELECT isDestroyed FROM submission WHERE id = ?", .int(id.rawValue)) {
                $0.int(0) != 0
            }
            try db.leaveInDoubt(id.rawValue, doubt)
            try note(wasDestroyed == true ? .created : .updated, .emailSubmission, id.rawValue)
        }
    }

    /// What an earlier process left in the middle, and what was settled long ago. To be called once, before anything is
    /// sent.
    package func recoverSubmissions() throws {
        let left = try db.all("SELECT id FROM submission WHERE state = 1") { SubmissionID(rawValue: $0.int(0)) }
        for id in left { try leaveInDoubt(id, .ended) }
        let old = try db.all(
            "SELECT id, isDestroyed FROM submission WHERE settledAt < ?",
            .int(now.adding(seconds: -SubmissionRules.keptSeconds).milliseconds)
        ) { (id: SubmissionID(rawValue: $0.int(0)), isDestroyed: $0.int(1) != 0) }
        for row in old {
            try transaction.verb {
                try remove(row.id)
                if !row.isDestroyed { try note(.destroyed, .emailSubmission, row.id.rawValue) }
            }
        }
    }

    private func set(_ recipients: [SubmissionRecipient], of submission: EmailSubmission) throws {
        for (position, recipient) in recipients.enumerated() where recipient != submission.recipients[safely: position]
        {
            try db.run(
                "UPDATE submissionRecipient SET state = ?, reply = ? WHERE submission = ? AND position = ?",
                .int(recipient.state.rawValue), .text(recipient.reply), .int(submission.id.rawValue), .int(position))
        }
    }

    private func setRecipients(
        of id: SubmissionID, from old: SubmissionRecipient.State, to new: SubmissionRecipient.State
    ) throws {
        try db.run(
            "UPDATE submissionRecipient SET state = ? WHERE submission = ? AND state = ?", .int(new.rawValue),
            .int(id.rawValue), .int(old.rawValue))
    }

    /// What follows from the recipients' states.
    private func goOn(_ id: SubmissionID, problem: String?, at time: Timestamp) throws {
        let states = try db.all(
            "SELECT DISTINCT state FROM submissionRecipient WHERE submission = ?", .int(id.rawValue)
        ) {
            $0.int(0)
        }
        if states.contains(SubmissionRecipient.State.queued.rawValue) {
            try db.run(
                "UPDATE submission SET state = 0, nextTryAt = ?, problem = ? WHERE id = ?", .int(time.milliseconds),
                .text(problem), .int(id.rawValue))
            try noteUpdate(id)
        } else {
            let isSent = states.contains(SubmissionRecipient.State.relayed.rawValue)
            try settle(id, isSent ? .sent : .failed, problem: problem)
        }
    }

    /// Nothing more is sent: the message's octets need not be kept.
    private func settle(_ id: SubmissionID, _ state: SubmissionState, problem: String?) throws {
        let row = try db.first("SELECT blob, isDestroyed FROM submission WHERE id = ?", .int(id.rawValue)) {
            (blob: $0.optionalInt(0), isDestroyed: $0.int(1) != 0)
        }
        try db.run(
            "UPDATE submission SET state = ?, nextTryAt = NULL, blob = NULL, problem = ?, settledAt = ? WHERE id = ?",
            .int(state.rawValue), .text(problem), .int(now.milliseconds), .int(id.rawValue))
        if let blob = row?.blob { try transaction.removeBlobIfUnused(blob) }
        if row?.isDestroyed == true { try remove(id) } else { try note(.updated, .emailSubmission, id.rawValue) }
    }

    private func remove(_ id: SubmissionID) throws {
        let blob = try db.first("SELECT blob FROM submission WHERE id = ?", .int(id.rawValue)) { $0.optionalInt(0) }
        try db.run("DELETE FROM submissionRecipient WHERE submission = ?", .int(id.rawValue))
        try db.run("DELETE FROM submission WHERE id = ?", .int(id.rawValue))
        if let blob = blob ?? nil { try transaction.removeBlobIfUnused(blob) }
    }

    /// Clients are told of what they can see.
    private func noteUpdate(_ id: SubmissionID) throws {
        let isSeen = try db.first("SELECT 1 FROM submission WHERE id = ? AND isDestroyed = 0", .int(id.rawValue)) { _ in
            true
        }
        if isSeen == true { try note(.updated, .emailSubmission, id.rawValue) }
    }
}

/// Why nobody knows whether a server has a message.
package enum SubmissionDoubt: Sendable {
    /// Our process ended between the message's end and the server's answer.
    case ended
    /// The connection did.
    case cut
    /// The data directory is a copy, and what it was copied from may have sent the message since.
    case copied

    package var sentence: String {
        let question = "Look whether it arrived, then say whether to send it again."
        return switch self {
        case .ended: "Restante ended before the server said whether it had taken the message. " + question
        case .cut: "The connection ended before the server said whether it had taken the message. " + question
        case .copied: "The message waited to be sent when this copy was made, and may have been sent since. " + question
        }
    }

    /// For RFC 8621's smtpReply: a synthetic reply, RFC 3463's "bad connection".
    package var reply: String { "451 4.4.2 " + sentence }
}

extension Database {
    /// A copy of a data directory begins a life of its own: what its original may have sent is not sent again unasked.
    func doubtSubmissions() throws {
        try run(
            "UPDATE submissionRecipient SET state = 3 WHERE state = 0 AND submission IN (SELECT id FROM submission WHERE state IN (0, 1))"
        )
        for id in try all("SELECT id FROM submission WHERE state IN (0, 1)", body: { $0.int(0) }) {
            try leaveInDoubt(id, .copied)
        }
    }

    fileprivate func leaveInDoubt(_ id: Int64, _ doubt: SubmissionDoubt) throws {
        try run(
            "UPDATE submissionRecipient SET state = 4, reply = ? WHERE submission = ? AND state = 3",
            .text(doubt.reply), .int(id))
        try run(
            "UPDATE submission SET state = 4, nextTryAt = NULL, problem = ?, isDestroyed = 0 WHERE id = ?",
            .text(doubt.sentence), .int(id))
    }
}

extension Array {
    fileprivate subscript(safely index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
