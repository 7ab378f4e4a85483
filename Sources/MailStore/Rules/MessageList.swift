import MIME
import MailModel

/// Which mailing list a message came by (RFC 2919).
struct MessageList: Hashable, Sendable {
    /// The list's identifier in lower case; nil: it came by none.
    let id: String?

    static let none = MessageList(listID: "")

    /// Looks for the last List-Id of a message, or of octets that begin with a header.
    init(_ bytes: UnsafeRawBufferPointer, limits: Limits.MIME) {
        let header = HeaderFields(bytes, in: 0..<bytes.count, limits: limits)
        id = header.last(named: "List-Id", in: bytes).flatMap { MessageList(listID: $0.text(in: bytes)).id }
    }

    /// The value of a List-Id field: a phrase, then the identifier in angle brackets. Many senders leave the brackets out, and
    /// then all of it is the identifier.
    init(listID value: String) {
        var id = value[...]
        if let end = id.lastIndex(of: ">"), let start = id[..<end].lastIndex(of: "<") {
            id = id[id.index(after: start)..<end]
        }
        let text = id.filter { !$0.isWhitespace }.lowercased()
        self.id = text.isEmpty ? nil : text
    }
}
