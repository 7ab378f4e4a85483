package import MailModel

/// What a maildrop's settings must be, each broken rule with a sentence that says what to do.
package enum MaildropRules {
    /// Maildrops of one account: they are polled in turn with everybody's.
    package static let count = 100
    package static let pollIntervals: ClosedRange<Duration> = .seconds(10)...Duration.seconds(30 * 86_400)

    /// The settings as they are stored: the host lower-cased, the name without blanks at its ends.
    package static func checked(_ settings: MaildropSettings) throws(MailStoreError) -> MaildropSettings {
        var checked = settings
        checked.name = try NameRules.label(settings.name, of: "maildrop")
        checked.host = try host(settings.host)
        guard (1...65_535).contains(settings.port) else {
            throw invalid("port", "A port is a number from 1 to 65535, not \(settings.port).")
        }
        try username(settings.username)
        if let pin = settings.certificatePin, pin.count != 32 {
            throw invalid("certificatePin", "A certificate pin is a SHA-256: 32 octets, 64 hexadecimal digits.")
        }
        if let interval = settings.pollInterval, !pollIntervals.contains(interval) {
            throw invalid("pollInterval", "A poll interval is from 10 seconds to 30 days, not \(interval).")
        }
        if let age = settings.markSeenOlderThan, age < .zero {
            throw invalid("markSeenOlderThan", "An age cannot be negative.")
        }
        try retention(settings.retention)
        checked.submission = try settings.submission.map { submission throws(MailStoreError) in
            try self.checked(submission)
        }
        return checked
    }

    static func host(_ text: String) throws(MailStoreError) -> String {
        let name = text.lowercased()
        let isAllowed =
            (1...253).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || ".-_:".utf8.contains(byte)
            } && name.utf8.first != UInt8(ascii: "-") && (!name.contains(":") || isIPv6(name))
        guard isAllowed else {
            throw invalid(
                "host",
                """
                "\(NameRules.printable(text))" is no host name: write the name or address alone, without a scheme or \
                a port, other alphabets in their xn-- form.
                """)
        }
        return name
    }

    /// Enough to tell an address from a name with a port behind it.
    private static func isIPv6(_ text: String) -> Bool {
        text.utf8.count(where: { $0 == UInt8(ascii: ":") }) >= 2
            && text.utf8.allSatisfy { byte in
                (0x61...0x66).contains(byte) || (0x30...0x39).contains(byte) || ".:".utf8.contains(byte)
            }
    }

    static func username(_ text: String) throws(MailStoreError) {
        guard (1...255).contains(text.utf8.count), !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw invalid("username", "A user name has 1 to 255 octets and no control characters.")
        }
    }

    package static func password(_ secret: Secret) throws(MailStoreError) {
        let isAllowed = secret.withBytes { bytes in
            (1...1000).contains(bytes.count) && !bytes.contains { $0 == 0 || $0 == 0x0A || $0 == 0x0D }
        }
        guard isAllowed else {
            throw invalid("password", "A maildrop's password has 1 to 1000 octets without line ends.")
        }
    }

    static func invalid(_ property: String, _ sentence: String) -> MailStoreError {
        MailStoreError(.invalidProperty(property), sentence)
    }
}
