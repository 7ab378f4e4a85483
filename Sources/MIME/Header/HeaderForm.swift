/// A form in which a header field may be asked for (RFC 8621 §4.1.2).
public enum HeaderForm: String, CaseIterable, Sendable {
    case raw = "Raw"
    case text = "Text"
    case addresses = "Addresses"
    case groupedAddresses = "GroupedAddresses"
    case messageIDs = "MessageIds"
    case date = "Date"
    case urls = "URLs"

    /// Whether a field of this name may be asked for in this form: each form names its fields, and any field that
    /// RFC 5322 and RFC 2369 do not define may be asked for in every form. The name's case does not matter.
    public func isAllowed(for name: String) -> Bool {
        if self == .raw { return true }
        let name = name.lowercased()
        guard let forms = Self.definedFields[name] else { return true }
        return forms.contains(self)
    }

    /// Every field that RFC 5322 §3.6 or RFC 2369 defines, and List-Id, with the parsed forms that RFC 8621 gives it.
    private static let definedFields: [String: Set<HeaderForm>] = {
        var fields: [String: Set<HeaderForm>] = ["return-path": [], "received": [], "list-id": Set(allCases)]
        for name in ["subject", "comments", "keywords"] { fields[name] = [.text] }
        for name in ["from", "sender", "reply-to", "to", "cc", "bcc"] {
            fields[name] = [.addresses, .groupedAddresses]
            fields["resent-" + name] = [.addresses, .groupedAddresses]
        }
        for name in ["message-id", "in-reply-to", "references", "resent-message-id"] { fields[name] = [.messageIDs] }
        for name in ["date", "resent-date"] { fields[name] = [.date] }
        for name in ["help", "unsubscribe", "subscribe", "post", "owner", "archive"] {
            fields["list-" + name] = [.urls]
        }
        return fields
    }()
}
