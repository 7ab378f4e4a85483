/// One address of a header field (RFC 5322 §3.4 calls it a mailbox; RFC 8621 §4.1.2.3 an EmailAddress).
public struct Address: Hashable, Sendable {
    /// The display name, decoded; nil when the field has none.
    public var name: String?
    /// The addr-spec, as far as it could be read; never nil, but it may be anything a sender wrote.
    public var email: String

    public init(name: String?, email: String) {
        self.name = name
        self.email = email
    }
}

/// A named list of addresses, or addresses outside any group (RFC 8621 §4.1.2.4).
public struct AddressGroup: Hashable, Sendable {
    /// The group's display name; nil for addresses that stand in no group.
    public var name: String?
    public var addresses: [Address]

    public init(name: String?, addresses: [Address]) {
        self.name = name
        self.addresses = addresses
    }
}
