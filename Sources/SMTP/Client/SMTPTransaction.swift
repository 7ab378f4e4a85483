import MailModel
import NIOCore

/// MAIL and RCPT of one envelope: what was sent, and what was answered (RFC 5321 §3.3).
struct SMTPTransaction: Sendable {
    private let envelope: SMTPEnvelope
    private let commands: [ByteBuffer]
    private let window: Int
    private var sent = 0
    private(set) var senderReply: SMTPReply?
    private(set) var recipientReplies: [SMTPReply] = []

    /// - Throws: `.unsupported` when the server does not offer what the envelope needs.
    init(_ envelope: SMTPEnvelope, _ extensions: SMTPExtensions, window: Int) throws(SMTPError) {
        try Self.check(envelope, extensions)
        self.envelope = envelope
        self.window = extensions.pipelining ? max(1, window) : 1
        commands =
            [Self.mail(envelope, extensions)] + envelope.recipients.map { ByteBuffer(string: "RCPT TO:<\($0)>\r\n") }
    }

    private static func check(_ envelope: SMTPEnvelope, _ extensions: SMTPExtensions) throws(SMTPError) {
        if envelope.needsUTF8, !extensions.smtpUTF8 {
            let address = ([envelope.sender] + envelope.recipients).first { !$0.isASCII }
            throw SMTPError(
                .unsupported,
                address.map { "The server can't send to or from \($0): it does not offer SMTPUTF8 (RFC 6531)." }
                    ?? "The message's header has characters beyond ASCII, and the server does not offer SMTPUTF8 (RFC 6531)."
            )
        }
        if envelope.traits.hasEightBitBody, !extensions.eightBitMIME {
            throw SMTPError(
                .unsupported,
                "The message has 8-bit text as it is, and the server does not offer 8BITMIME (RFC 6152): write it in"
                    + " quoted-printable or base64.")
        }
        if let most = extensions.maximumSize, envelope.traits.octets > most {
            throw SMTPError(
                .unsupported,
                "The message has \(envelope.traits.octets) octets; the server takes \(most) at most (RFC 1870).")
        }
    }

    private static func mail(_ envelope: SMTPEnvelope, _ extensions: SMTPExtensions) -> ByteBuffer {
        var line = "MAIL FROM:<\(envelope.sender)>"
        if extensions.size { line += " SIZE=\(envelope.traits.octets)" }
        // RFC 6531 §3.6: SMTPUTF8 servers offer 8BITMIME, and a header may need it too.
        if extensions.eightBitMIME, envelope.traits.hasEightBitBody || envelope.traits.hasEightBitHeader {
            line += " BODY=8BITMIME"
        }
        if envelope.needsUTF8 { line += " SMTPUTF8" }
        return ByteBuffer(string: line + "\r\n")
    }

    /// The commands that may go out now; nil when answers are due first, or none is left.
    mutating func commandsToSend() -> ByteBuffer? {
        let answered = (senderReply == nil ? 0 : 1) + recipientReplies.count
        if let senderReply, !senderReply.isPositive { return nil }
        let end = min(commands.count, answered + window)
        guard sent < end, sent == answered || window > 1 && sent - answered <= window / 2 else { return nil }
        var output = ByteBuffer()
        for command in commands[sent..<end] { output.writeImmutableBuffer(command) }
        sent = end
        return output
    }

    /// Takes in an answer.
    mutating func add(_ reply: SMTPReply) {
        if senderReply == nil { senderReply = reply } else { recipientReplies.append(reply) }
    }

    /// Whether every command that was sent is answered and none is to follow.
    var isComplete: Bool {
        let answered = (senderReply == nil ? 0 : 1) + recipientReplies.count
        guard answered == sent, let senderReply else { return false }
        return !senderReply.isPositive || sent == commands.count
    }

    var hasRecipient: Bool { recipientReplies.contains(where: \.isPositive) }

    /// Why no message follows; nil when one may.
    var refusal: SMTPError? {
        guard let senderReply else { return nil }
        guard senderReply.isPositive else { return .refused("the sender \(envelope.sender)", senderReply) }
        guard !hasRecipient else { return nil }
        // For now, if any may be taken later.
        let replies = recipientReplies
        guard let reply = replies.first(where: { $0.isForNow || $0.isTooManyRecipients }) ?? replies.first else {
            return SMTPError(.unsupported, "The message has no recipients.")
        }
        let what = replies.count == 1 ? "the recipient" : "all recipients"
        return reply.isTooManyRecipients
            ? SMTPError(.temporaryFailure, "The server can't take \(what) now.", reply: reply) : .refused(what, reply)
    }
}

extension SMTPReply {
    /// RFC 5321 §4.5.3.1.10: 552 to RCPT is to be taken for 452.
    public var isTooManyRecipients: Bool { code == 552 }
}
