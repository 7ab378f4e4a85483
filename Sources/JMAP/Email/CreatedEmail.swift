import JSON
import MailModel
import MailStore

/// What is answered for an email that a call created (RFC 8621 §4.6, §4.8).
struct CreatedEmail {
    let id: EmailID
    let json: [UInt8]

    init(_ email: Email) {
        id = email.id
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("id")
        writer.value(email.id)
        writer.key("blobId")
        writer.value(email.blobID.description)
        writer.key("threadId")
        writer.value(email.threadID)
        writer.key("size")
        writer.value(email.size)
        writer.endObject()
        json = writer.bytes
    }
}
