/// What a ``ScriptedPOP3Server`` serves: messages with the unique-ids it gives them.
public struct ScriptedMaildrop: Sendable {
    public struct Message: Sendable {
        /// What UIDL prints after the number, as it is.
        public var uniqueID: String
        /// The octets, unstuffed, with CRLF line ends.
        public var bytes: [UInt8]

        public init(uniqueID: String, bytes: [UInt8]) {
            self.uniqueID = uniqueID
            self.bytes = bytes
        }
    }

    public var messages: [Message]
    public var user = "alice"
    public var password = "alice-secret"
    /// Access tokens that AUTH XOAUTH2 takes.
    public var tokens: Set<String> = []
    public var capabilities = ["TOP", "UIDL", "USER", "PIPELINING", "RESP-CODES"]
    public var hasTop = true
    /// Answers are sent when no further command waits; those not sent are lost when the connection closes, as with a reset.
    public var gathersAnswers = false

    public init(messages: [Message] = []) { self.messages = messages }

    /// `count` small messages that differ, `uid-1`, `uid-2`… the oldest first.
    public static func numbered(_ count: Int, size: Int = 300) -> ScriptedMaildrop {
        guard count > 0 else { return ScriptedMaildrop() }
        return ScriptedMaildrop(
            messages: (1...count).map { number in Message(uniqueID: "uid-\(number)", bytes: message(number, size: size))
            })
    }

    /// A small message whose lines begin with dots too.
    public static func message(_ number: Int, size: Int = 300) -> [UInt8] {
        let minute = number % 60
        var text =
            "From: Ada <ada@example.org>\r\nTo: alice@example.net\r\nSubject: Number \(number)\r\n"
            + "Date: Mon, 02 Nov 2026 10:\(minute < 10 ? "0" : "")\(minute):00 +0000\r\n"
            + "Message-ID: <\(number)@example.org>\r\n\r\n.\r\n..two dots\r\n"
        while text.utf8.count < size { text += "line of message \(number)\r\n" }
        return Array(text.utf8)
    }
}

/// What a scripted server does in place of its usual answer.
public enum ScriptedReply: Sendable {
    /// Sends these octets as they are.
    case bytes([UInt8])
    /// Sends these octets and closes the connection.
    case bytesThenClose([UInt8])
    /// Does what the command asks for and closes the connection without a word.
    case silenceAfterDoing
    /// Sends these octets and then nothing more.
    case stall(after: [UInt8])
    /// Sends the second octets over and over after the first, until the client goes away.
    case endless(after: [UInt8], [UInt8])

    public static func line(_ text: String) -> ScriptedReply { .bytes(Array((text + "\r\n").utf8)) }
}
