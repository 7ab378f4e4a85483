import HTML
import MailModel

/// What the text index takes of a message.
public struct SearchText: Sendable, Hashable {
    public var subject: String
    /// Names and addresses of From, Sender, Reply-To, To, Cc and Bcc, one a line.
    public var addresses: String
    /// The text that a reader sees, that of HTML included.
    public var body: String
    /// The file names of all parts, one a line.
    public var attachmentNames: String
}

extension MessageStructure {
    /// The text for the index, at most about `limit` octets of body and as much of each of the others.
    ///
    /// Of an alternative the plain text is taken, and the HTML's too when it says much more: some senders put nothing but
    /// "your program cannot show this" into the plain one.
    public func searchText(
        _ summary: MessageSummary, _ bytes: UnsafeRawBufferPointer, limit: Int = 256 * 1024
    ) -> SearchText {
        let choice = BodyChoice(self)
        let limit = max(limit, 0)
        let lists = [summary.from, summary.sender, summary.replyTo, summary.to, summary.cc, summary.bcc]
        let addresses = lists.lazy.compactMap { $0 }.joined().lazy.map { address in
            (address.name.map { $0 + " " } ?? "") + address.email
        }
        return SearchText(
            subject: Self.joined([summary.subject ?? ""], limit: limit),
            addresses: Self.joined(addresses, limit: limit),
            body: String(decoding: bodyText(choice, bytes, limit: limit), as: UTF8.self),
            attachmentNames: Self.joined(parts.lazy.compactMap(\.fileName), limit: limit))
    }

    private func bodyText(_ choice: BodyChoice, _ bytes: UnsafeRawBufferPointer, limit: Int) -> [UInt8] {
        var output: [UInt8] = []
        for part in choice.textBody where part.isText && output.count < limit {
            Self.append(Self.text(of: part, bytes, limit: limit - output.count), to: &output)
        }
        let taken = Set(choice.textBody.map(\.section))
        for part in choice.htmlBody where part.isText && output.count < limit && !taken.contains(part.section) {
            // Markup is seldom less than this share of HTML, so then the two say the same.
            guard part.decodedSize / 8 > output.count else { continue }
            let text = Self.text(of: part, bytes, limit: limit - output.count)
            if text.count > 2 * output.count { Self.append(text, to: &output) }
        }
        return output
    }

    private static func text(of part: Part, _ bytes: UnsafeRawBufferPointer, limit: Int) -> [UInt8] {
        guard part.subtype == "html" else {
            var text = part.decodedText(from: bytes, limit: limit).octets
            let end = text.withUnsafeBytes { $0.characterBoundary(before: limit) }
            text.removeLast(text.count - end)
            return text
        }
        // Markup takes room too: eight times the text is read before giving up.
        let html = part.decodedText(from: bytes, limit: limit < .max / 8 ? limit * 8 : .max)
        return html.octets.withUnsafeBytes { HTMLText.plainText($0, limit: limit) }
    }

    private static func append(_ text: [UInt8], to output: inout [UInt8]) {
        if output.isEmpty {
            output = text
        } else {
            output.append(ASCII.lf)
            output.append(contentsOf: text)
        }
    }

    private static func joined(_ texts: some Sequence<String>, limit: Int) -> String {
        var joined = ""
        for text in texts {
            if joined.utf8.count >= limit { break }
            if !joined.isEmpty { joined += "\n" }
            let octets = Array(text.utf8)
            octets.withUnsafeBytes { bytes in
                let end = bytes.characterBoundary(before: limit - joined.utf8.count)
                joined += String(decoding: bytes[..<end], as: UTF8.self)
            }
        }
        return joined
    }
}
