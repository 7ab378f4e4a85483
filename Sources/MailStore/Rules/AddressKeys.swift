import MailModel

/// Addresses as rules compare them: whatever the case, and a domain of other alphabets is the same in its `xn--` form.
struct AddressKeys: Sendable {
    private(set) var addresses: Set<String> = []
    private(set) var domains: Set<String> = []

    init(_ lists: [[Address]?]) {
        for address in lists.lazy.compactMap({ $0 }).joined() {
            let key = Self.key(address.email)
            addresses.insert(key)
            if let at = key.lastIndex(of: "@") { domains.insert(String(key[at...])) }
        }
    }

    /// Whether one of them is meant by a rule's `name@domain` or `@domain`, itself a key.
    func contains(_ key: String) -> Bool { key.hasPrefix("@") ? domains.contains(key) : addresses.contains(key) }

    /// What addresses are compared by.
    static func key(_ address: String) -> String {
        let address = address.lowercased()
        guard let at = address.lastIndex(of: "@") else { return address }
        let domain = address[address.index(after: at)...]
        guard domain.utf8.contains(UInt8(ascii: "x")) || domain.hasSuffix(".") else { return address }
        let labels = domain.split(separator: ".").map { label in
            label.hasPrefix("xn--") ? Punycode.decode(label.dropFirst(4))?.lowercased() ?? String(label) : String(label)
        }
        return address[...at] + labels.joined(separator: ".")
    }
}
