public import MailModel

/// One header field, as ranges of the message's octets (RFC 5322 §2.2).
///
/// Every form is best effort and never fails a message; `bytes` are always the message's own.
public struct HeaderField: Hashable, Sendable {
    /// The field name, without the colon and white space before it.
    public let name: Range<Int>
    /// From the octet after the colon up to, not including, the CRLF that ends the field.
    public let value: Range<Int>

    /// The name with the capitals it has in the message.
    public func name(in bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes.slice(name), as: UTF8.self) }

    /// Whether the name is `other`, in any case.
    public func isNamed(_ other: String, in bytes: UnsafeRawBufferPointer) -> Bool {
        let own = bytes.slice(name)
        return own.count == other.utf8.count
            && zip(own, other.utf8).allSatisfy { ASCII.lowercased($0) == ASCII.lowercased($1) }
    }

    /// RFC 8621 §4.1.2.1 Raw: the leading space kept, NUL dropped, what is not UTF-8 as U+FFFD.
    public func raw(in bytes: UnsafeRawBufferPointer) -> String { rawHeaderText(bytes.slice(value)) }

    /// RFC 8621 §4.1.2.2 Text: unfolded, encoded-words decoded, NFC.
    public func text(in bytes: UnsafeRawBufferPointer) -> String { headerText(bytes.slice(value)) }

    /// RFC 8621 §4.1.2.3 Addresses, groups flattened; at most `limit` are read.
    public func addresses(in bytes: UnsafeRawBufferPointer, limit: Int = Limits.MIME().addresses) -> [Address] {
        groupedAddresses(in: bytes, limit: limit).flatMap(\.addresses)
    }

    /// RFC 8621 §4.1.2.4 GroupedAddresses; at most `limit` addresses are read.
    public func groupedAddresses(
        in bytes: UnsafeRawBufferPointer, limit: Int = Limits.MIME().addresses
    ) -> [AddressGroup] {
        var parser = AddressParser(bytes.slice(value), limit: limit)
        return parser.parse()
    }

    /// RFC 8621 §4.1.2.5 MessageIds; nil when there is none.
    public func messageIDs(in bytes: UnsafeRawBufferPointer) -> [String]? { MIME.messageIDs(bytes.slice(value)) }

    /// RFC 8621 §4.1.2.6 Date; nil when it cannot be read.
    public func date(in bytes: UnsafeRawBufferPointer) -> MessageDate? { MessageDate(bytes.slice(value)) }

    /// RFC 8621 §4.1.2.7 URLs; nil when there is none.
    public func urls(in bytes: UnsafeRawBufferPointer) -> [String]? { listURLs(bytes.slice(value)) }

    /// The field in any form; whether the form is allowed for its name is `HeaderForm.isAllowed(for:)`.
    public func value(as form: HeaderForm, in bytes: UnsafeRawBufferPointer) -> HeaderValue {
        switch form {
        case .raw: .text(raw(in: bytes))
        case .text: .text(text(in: bytes))
        case .addresses: .addresses(addresses(in: bytes))
        case .groupedAddresses: .groupedAddresses(groupedAddresses(in: bytes))
        case .messageIDs: .strings(messageIDs(in: bytes))
        case .date: .date(date(in: bytes))
        case .urls: .strings(urls(in: bytes))
        }
    }
}

/// A header field's value in one of the forms of RFC 8621 §4.1.2. Nil inside: it could not be read in that form.
public enum HeaderValue: Hashable, Sendable {
    case text(String)
    case addresses([Address])
    case groupedAddresses([AddressGroup])
    case strings([String]?)
    case date(MessageDate?)
}
