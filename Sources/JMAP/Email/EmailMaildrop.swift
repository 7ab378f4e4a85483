import JSON
import MailModel
import MailStore

// What our own capabilities add to Email: the properties `maildrop` and `snoozed`, the filters `maildropId` and
// `attachmentName`. Without the capability in `using` there is none of them.

extension MethodCall {
    /// Reads the filter of a query of emails.
    func emailFilter(_ object: JSONObject?) throws -> EmailFilter? {
        guard let filter = try object.map(EmailFilter.init(object:)) else { return nil }
        guard using.contains(.maildrop) || !filter.asksForMaildrops else {
            throw MethodError.invalidArguments("Emails have no filter \"maildropId\".")
        }
        guard using.contains(.view) || !filter.asksForAttachmentNames else {
            throw MethodError.invalidArguments("Emails have no filter \"attachmentName\".")
        }
        return filter
    }

    /// Refuses a property that the request has not opted into.
    func check(_ selection: EmailSelection) throws {
        guard using.contains(.maildrop) || !selection.properties.contains(.named(.maildrop)) else {
            throw MethodError.invalidArguments("Emails have no property \"maildrop\".")
        }
        guard using.contains(.view) || !selection.properties.contains(.named(.snoozed)) else {
            throw MethodError.invalidArguments("Emails have no property \"snoozed\".")
        }
    }
}

extension MaildropPlace {
    func write(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("id")
        writer.value(maildrop)
        writer.key("uniqueId")
        writer.value(uniqueID.description)
        writer.key("isOnServer")
        writer.value(isOnServer)
        writer.endObject()
    }
}
