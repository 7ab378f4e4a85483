public import MailModel

/// Whom a user writes as: an address, with what goes into the messages they write (RFC 8621 §6).
public struct Identity: Hashable, Sendable {
    public let id: IdentityID
    public var settings: IdentitySettings
}

/// What a user may set on an identity; the address only once.
public struct IdentitySettings: Hashable, Sendable {
    /// The name beside the address; may be empty.
    public var name: String
    public var email: String
    public var replyTo: [Address]?
    public var bcc: [Address]?
    public var textSignature: String
    public var htmlSignature: String

    public init(
        name: String = "", email: String, replyTo: [Address]? = nil, bcc: [Address]? = nil, textSignature: String = "",
        htmlSignature: String = ""
    ) {
        self.name = name
        self.email = email
        self.replyTo = replyTo
        self.bcc = bcc
        self.textSignature = textSignature
        self.htmlSignature = htmlSignature
    }
}

/// Bounds of what identities may be.
public enum IdentityRules {
    /// Identities of an account.
    public static let count = 1_000
    public static let nameOctets = 255
    public static let emailOctets = 320
    /// Addresses of `replyTo`, and of `bcc`.
    public static let addresses = 100
    public static let signatureOctets = 100_000

    static func check(_ settings: IdentitySettings) throws {
        try check(settings.name, "name", nameOctets)
        guard isAddress(settings.email) else {
            throw MailStoreError(.invalidProperty("email"), "An identity has an address of the form name@domain.")
        }
        for (list, property) in [(settings.replyTo, "replyTo"), (settings.bcc, "bcc")] {
            guard let list else { continue }
            guard list.count <= addresses, list.allSatisfy({ isAddress($0.email) }) else {
                throw MailStoreError(
                    .invalidProperty(property), "\(property) is a list of up to \(addresses) addresses.")
            }
            for address in list { try check(address.name ?? "", property, nameOctets) }
        }
        for (text, property) in [
            (settings.textSignature, "textSignature"), (settings.htmlSignature, "htmlSignature"),
        ] where text.utf8.count > signatureOctets {
            throw MailStoreError(.invalidProperty(property), "A signature has \(signatureOctets) octets at most.")
        }
    }

    private static func check(_ text: String, _ property: String, _ limit: Int) throws {
        let hasControl = text.unicodeScalars.contains { $0.properties.generalCategory == .control }
        guard text.utf8.count <= limit, !hasControl else {
            throw MailStoreError(
                .invalidProperty(property), "A name has \(limit) octets at most, and no control characters.")
        }
    }

    static func isAddress(_ text: String) -> Bool {
        guard let at = text.lastIndex(of: "@"), text.utf8.count <= emailOctets else { return false }
        let isClean = text.unicodeScalars.allSatisfy { scalar in
            !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control
                && !"<>,;()".unicodeScalars.contains(scalar)
        }
        return isClean && at > text.startIndex && text.index(after: at) < text.endIndex
    }
}

extension MaildropSettings {
    /// The address that its mail is sent to, as far as the settings tell: the user name where it is one, else the
    /// maildrop's name, else the user name at the server's domain. Nil for a server without one.
    var address: String? {
        for text in [username, name] where IdentityRules.isAddress(text) { return text }
        var labels = host.lowercased().split(separator: ".")
        if labels.count > 2, ["pop", "pop3", "pops", "mail", "imap", "in", "incoming", "inbound"].contains(labels[0]) {
            labels.removeFirst()
        }
        guard labels.count > 1, labels.last?.contains(where: \.isLetter) ?? false else { return nil }
        let address = username + "@" + labels.joined(separator: ".")
        return IdentityRules.isAddress(address) ? address : nil
    }
}
