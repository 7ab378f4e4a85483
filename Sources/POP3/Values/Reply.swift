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
    package init(line: ByteBuffer) throws(POP3Error) {
        var cursor = LineCursor(line)
        let word = cursor.word()
        switch word {
        case _ where word.matches(asciiCaseInsensitive: "+OK"): status = .positive
        case _ where word.matches(asciiCaseInsensitive: "-ERR"): status = .negative
        // QUIRK: `+ERR`; Tests/Corpus/pop3/client/plus-err.transcript
        case _ where word.matches(asciiCaseInsensitive: "+ERR"): status = .negative
        case _ where word.matches(asciiCaseInsensitive: "+"): status = .challenge
        default: throw POP3Error.malformedReply(line)
        }
        cursor.skipBlanks()
        text = ByteBuffer(cursor.rest)
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
