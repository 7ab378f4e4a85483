import MIME
import MailModel

/// What the text index holds of one email, by column.
struct SearchEntry {
    var subject: String
    var from: String
    var to: String
    var cc: String
    var bcc: String
    /// Sender and Reply-To.
    var others: String
    var body: String
    var attachments: String
    /// The names of the header's fields, hashed.
    var fields: Set<Int64>

    /// An email that was not parsed, or whose text could not be read, is found by what its summary says.
    init(_ summary: MessageSummary, _ text: SearchText?, fields: Set<Int64> = []) {
        self.fields = fields
        subject = summary.subject ?? ""
        from = Self.text(of: summary.from)
        to = Self.text(of: summary.to)
        cc = Self.text(of: summary.cc)
        bcc = Self.text(of: summary.bcc)
        others = Self.text(of: (summary.sender ?? []) + (summary.replyTo ?? []))
        body = text?.body ?? ""
        attachments = text?.attachmentNames ?? ""
    }

    private static func text(of addresses: [Address]?) -> String {
        (addresses ?? []).map { ($0.name.map { $0 + " " } ?? "") + $0.email }.joined(separator: "\n")
    }
}
