import JSON
import MIME
import MailModel
import MailStore

/// Checks one EmailSubmission that a client wants to create (RFC 8621 §7.5), and puts it on the queue.
struct SubmissionCreation {
    let writer: AccountWriter
    let createdIDs: CreatedIDs
    let now: Timestamp

    func create(_ record: JSONObject) throws -> EmailSubmission {
        for member in record.members where !["identityId", "emailId", "envelope"].contains(member.key) {
            let isOurs = EmailSubmissionProperty(rawValue: member.key) != nil
            throw SetError.invalid(
                member.key,
                isOurs ? "Only the server sets \(member.key)." : "Submissions have no property \(member.key.quoted).")
        }
        let identity = try identity(record["identityId"])
        let email = try email(record["emailId"])
        let maildrop = try writer.reader.sendingMaildrop(for: identity.settings.email)
        guard let maildrop else { throw Self.forbiddenToSend(identity.settings.email) }
        let own = Set(try writer.reader.identities().map { $0.settings.email.lowercased() })
        try checkFrom(email, own)
        let envelope = try envelope(record["envelope"], email, identity, own)
        try check(envelope, own)
        return try create(envelope, identity, email, maildrop)
    }

    private func create(
        _ envelope: EnvelopeValues, _ identity: Identity, _ email: Email, _ maildrop: Maildrop
    ) throws -> EmailSubmission {
        let id = try writer.createSubmission(
            NewSubmission(
                identity: identity.id, email: email.id, maildrop: maildrop.id, mailFrom: envelope.mailFrom,
                recipients: envelope.recipients, sendAt: envelope.holdUntil))
        guard let submission = try writer.reader.submissions([id]).first else {
            throw SetError.notFound("submission")
        }
        return submission
    }

    private func identity(_ value: JSONValue?) throws -> Identity {
        let id = value?.string.flatMap { createdIDs.resolve($0) }.flatMap { IdentityID($0) }
        guard let identity = try id.flatMap({ try writer.reader.identities([$0]).first }) else {
            throw SetError.invalid("identityId", "There is no such identity.")
        }
        return identity
    }

    private func email(_ value: JSONValue?) throws -> Email {
        let id = value?.string.flatMap { createdIDs.resolve($0) }.flatMap { EmailID($0) }
        guard let email = try id.flatMap({ try writer.reader.emails([$0]).first }) else {
            throw SetError.invalid("emailId", "There is no such email.")
        }
        guard email.size <= SubmissionRules.octets else {
            var error = SetError(
                .tooLarge, "The message has \(email.size) octets; \(SubmissionRules.octets) are the most that is sent.")
            error.limit = ("maxSize", SubmissionRules.octets)
            throw error
        }
        return email
    }

    private static func forbiddenToSend(_ address: String) -> SetError {
        SetError(
            .forbiddenToSend,
            """
            No maildrop of this account has a server to send mail from \(address) with: give one to its maildrop \
            (submission), for example with restante maildrop set NAME --smtp-host HOST.
            """)
    }

    /// A message names somebody it is from, and that is the user: as From, or, when it is passed on for another, as Sender.
    private func checkFrom(_ email: Email, _ own: Set<String>) throws {
        guard !email.isUnparsed, let from = email.summary.from, !from.isEmpty,
            from.allSatisfy({ SMTPAddress($0.email) != nil })
        else {
            throw SetError(
                .invalidEmail, "The message's From is missing, or is no list of addresses.", properties: ["from"])
        }
        if let sender = email.summary.sender, sender.contains(where: { SMTPAddress($0.email) == nil }) {
            throw SetError(.invalidEmail, "The message's Sender is no address.", properties: ["sender"])
        }
        let authors = (from + (email.summary.sender ?? [])).map { $0.email.lowercased() }
        guard authors.contains(where: own.contains) else {
            throw SetError(
                .forbiddenFrom, "The message is from \(from[0].email), which is no identity of this account.")
        }
    }

    private func envelope(
        _ value: JSONValue?, _ email: Email, _ identity: Identity, _ own: Set<String>
    ) throws -> EnvelopeValues {
        if let value, !value.isNull { return try EnvelopeValues(value, now: now) }
        return try EnvelopeValues(of: email, sender: identity.settings.email) { own.contains($0.lowercased()) }
    }

    private func check(_ envelope: EnvelopeValues, _ own: Set<String>) throws {
        guard own.contains(envelope.mailFrom.lowercased()), SMTPAddress(envelope.mailFrom) != nil else {
            throw SetError(
                .forbiddenMailFrom, "\(envelope.mailFrom.quoted) is no identity's address of this account.")
        }
        guard !envelope.recipients.isEmpty else {
            throw SetError(.noRecipients, "The message is for nobody: it has no recipients.")
        }
        guard envelope.recipients.count <= SubmissionRules.recipients else {
            var error = SetError(
                .tooManyRecipients,
                "\(envelope.recipients.count) recipients are more than \(SubmissionRules.recipients).")
            error.limit = ("maxRecipients", SubmissionRules.recipients)
            throw error
        }
        let invalid = envelope.recipients.filter { SMTPAddress($0) == nil }
        guard invalid.isEmpty else {
            var error = SetError(.invalidRecipients, "Not every recipient is an address that can be sent to.")
            error.invalidRecipients = invalid
            throw error
        }
    }
}
