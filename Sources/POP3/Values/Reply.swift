package import NIOCore

/// The first, or only, line of an answer (RFC 1939 §3, RFC 2449 §3).
package struct Reply: Equatable, Sendable {
    package enum Status: Equatable, Sendable {
        case positive, negative
        /// `+ `: the server waits for the next line of a SASL exchange (RFC 5034 §4).
        case challenge
    }

    package var status: Status
    /// What follows the status and its blanks; a response code is still in it.
    package var text: ByteBuffer

    package init(status: Status, text: ByteBuffer) {
        self.status = status
        self.text = text
    }

    /// Throws `.malformedReply` when the line begins with no status.
    ///
    /// A blank after the status is not asked for: RFC 2449's greeting has none before its text.
    package init(line: ByteBuffer) throws(POP3Error) {
        let bytes = line.readableBytesView
        // QUIRK: `+ERR`; Tests/Corpus/pop3/client/plus-err.transcript
        let count: Int
        if bytes.prefix(3).matches(asciiCaseInsensitive: "+OK") {
            (status, count) = (.positive, 3)
        } else if bytes.prefix(4).matches(asciiCaseInsensitive: "-ERR")
            || bytes.prefix(4).matches(asciiCaseInsensitive: "+ERR")
        {
            (status, count) = (.negative, 4)
        } else if bytes.first == UInt8(ascii: "+"), bytes.dropFirst().first?.isBlank != false {
            (status, count) = (.challenge, 1)
        } else {
            throw POP3Error.malformedReply(line)
        }
        text = ByteBuffer(bytes.dropFirst(count).drop(while: \.isBlank))
    }

    package var responseCode: ResponseCode? { ResponseCode(text: text.readableBytesView) }

    /// The text for people: one line of at most 512 characters, without control characters.
    package var humanText: String { text.humanText }
}

extension ByteBuffer {
    /// What the octets say to people: U+FFFD for what is not UTF-8, no control characters, at most 512 octets of it.
    var humanText: String {
        let text = String(decoding: readableBytesView.prefix(512), as: UTF8.self)
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
    }
}
