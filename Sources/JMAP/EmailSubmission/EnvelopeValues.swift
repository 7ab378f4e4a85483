import JSON
import MIME
import MailModel
import MailStore

/// The Envelope that a client gives (RFC 8621 §7), read; or the one that an email's header makes.
struct EnvelopeValues {
    var mailFrom: String
    var recipients: [String]
    /// From HOLDFOR or HOLDUNTIL (RFC 4865); nil: now.
    var holdUntil: Timestamp?

    /// Reads an `envelope`. Addresses are not looked at yet.
    init(_ value: JSONValue, now: Timestamp) throws {
        guard let object = value.object, let from = object["mailFrom"], let to = object["rcptTo"]?.array else {
            throw Self.invalid("An envelope has mailFrom, an object, and rcptTo, an array of objects.")
        }
        for member in object.members where !["mailFrom", "rcptTo"].contains(member.key) {
            throw Self.invalid("An envelope has no member \(member.key.quoted).")
        }
        let sender = try Self.address(from)
        mailFrom = sender.email
        holdUntil = try sender.parameters.flatMap { try Self.hold($0, now: now) }
        var seen: Set<String> = []
        recipients = try to.map { value in
            let recipient = try Self.address(value)
            guard recipient.parameters?.isEmpty != false else {
                throw Self.invalid("No parameters of recipients are supported.")
            }
            return recipient.email
        }.filter { seen.insert($0).inserted }
    }

    /// What the header says (RFC 8621 §7); `sender` where the header's is not allowed.
    init(of email: Email, sender: String, allowed: (String) -> Bool) throws {
        let summary = email.summary
        let from = summary.sender ?? summary.from ?? []
        guard from.count <= 1 else {
            throw SetError(
                .invalidEmail, "A message from several people names one of them as its sender.", properties: ["sender"])
        }
        mailFrom = from.first.map(\.email).flatMap { allowed($0) ? $0 : nil } ?? sender
        var seen: Set<String> = []
        recipients = [summary.to, summary.cc, summary.bcc].flatMap { $0 ?? [] }.map(\.email)
            .filter { seen.insert($0).inserted }
    }

    private static func address(_ value: JSONValue) throws -> (email: String, parameters: JSONObject?) {
        guard let object = value.object, let email = object["email"]?.string else {
            throw invalid("An address of an envelope is an object with email, a string.")
        }
        for member in object.members where !["email", "parameters"].contains(member.key) {
            throw invalid("An address of an envelope has no member \(member.key.quoted).")
        }
        guard let parameters = object["parameters"], !parameters.isNull else { return (email, nil) }
        guard let parameters = parameters.object else { throw invalid("parameters is null or an object.") }
        return (email, parameters)
    }

    /// RFC 4865 §4: HOLDFOR is seconds from now, HOLDUNTIL a date and time; one of them.
    private static func hold(_ parameters: JSONObject, now: Timestamp) throws -> Timestamp? {
        guard parameters.count <= 1 else { throw invalid("HOLDFOR and HOLDUNTIL are not given together.") }
        guard let member = parameters.members.first else { return nil }
        let time: Timestamp?
        switch member.key.uppercased() {
        case "HOLDFOR":
            time = member.value.string.flatMap { Int64($0) }.flatMap { $0 >= 0 ? now.adding(seconds: $0) : nil }
        case "HOLDUNTIL": time = member.value.string.flatMap { Timestamp(rfc3339: $0) }
        default: throw invalid("The parameter \(member.key.quoted) of the sender is not supported.")
        }
        guard let time, time.since(now) <= SubmissionRules.delay else {
            throw invalid(
                "\(member.key) is a time within the next \(SubmissionRules.delay.components.seconds) seconds, as a string."
            )
        }
        return time
    }

    private static func invalid(_ sentence: String) -> SetError { .invalid("envelope", sentence) }
}
