public import MailModel

/// A person who signs in.
public struct User: Hashable, Sendable {
    public let id: UserID
    public let name: String
    public let role: UserRole
    public let account: AccountID
    public let createdAt: Timestamp
    /// Since when an administrator keeps them from signing in; nil: they may.
    public var disabledAt: Timestamp?
}

/// One client program of a user.
public struct Device: Hashable, Sendable {
    public let id: DeviceID
    public let user: UserID
    public let name: String
    public let createdAt: Timestamp
    /// At most a minute behind.
    public let lastSeenAt: Timestamp?
}

/// The rules of names and passwords, each broken one with what to do instead.
enum NameRules {
    /// A user's name: lower-cased; 1 to 64 of `a-z 0-9 . _ - + @`, beginning with a letter or digit.
    static func userName(_ text: String) throws(MailStoreError) -> String {
        let name = text.lowercased()
        let isValid =
            (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { isLetterOrDigit($0) || ".-_+@".utf8.contains($0) }
            && name.utf8.first.map(isLetterOrDigit) == true
        guard isValid else {
            throw MailStoreError(
                .invalidProperty("name"),
                """
                "\(printable(text))" cannot be a user name: use 1 to 64 of a-z, 0-9, '.', '_', '-', '+' and '@', \
                beginning with a letter or a digit.
                """)
        }
        return name
    }

    /// A device's or a maildrop's name: 1 to 255 characters without control characters, not blank.
    static func label(_ text: String, of what: String) throws(MailStoreError) -> String {
        let name = String(text.drop(while: \.isWhitespace))
        let isValid =
            (1...255).contains(name.count) && name.utf8.count <= 1024
            && name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard isValid else {
            throw MailStoreError(
                .invalidProperty("name"), "The name of a \(what) is 1 to 255 characters without control characters.")
        }
        return name
    }

    static func password(_ password: Secret) throws(MailStoreError) {
        let count = password.withBytes(\.count)
        guard (8...1024).contains(count) else {
            throw MailStoreError(
                .invalidProperty("password"), "A password has 8 to 1024 octets; this one has \(count).")
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }

    /// Foreign text for an error: short, and without control characters.
    static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(64).filter { $0.properties.generalCategory != .control }))
    }
}
