import JSON
import MailModel
import MailStore

/// What a client may read of a maildrop. `password` is not among it: it can only be set.
enum MaildropProperty: String, RecordProperty {
    case id, name, host, port, security, username, hasPassword, signInProvider, certificatePin, mailboxId, pollInterval
    case markSeenOlderThan, retention, vanished, enabled, signIn, submission
}

extension Maildrop: Record {
    func write(_ property: MaildropProperty, _ writer: inout JSONWriter) {
        switch property {
        case .id: writer.value(id)
        case .name: writer.value(settings.name)
        case .host: writer.value(settings.host)
        case .port: writer.value(settings.port)
        case .security: writer.value(settings.security.rawValue)
        case .username: writer.value(settings.username)
        case .hasPassword: writer.value(hasPassword)
        case .signInProvider: writer.value(optional: signInProvider)
        case .certificatePin: writer.value(optional: settings.certificatePin.map(Hexadecimal.text))
        case .mailboxId: writer.value(settings.mailbox)
        case .pollInterval:
            writer.value(optional: settings.pollInterval?.components.seconds)
        case .markSeenOlderThan:
            writer.value(optional: settings.markSeenOlderThan?.components.seconds)
        case .retention: settings.retention.write(&writer)
        case .vanished: writer.value(settings.vanished.rawValue)
        case .enabled: writer.value(settings.enabled)
        case .signIn: writer.value(settings.signIn.rawValue)
        case .submission: writeSubmission(&writer)
        }
    }
}

/// Digests as clients read and write them.
enum Hexadecimal {
    static func text(_ octets: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: octets.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Reads digits in either case, with or without colons between the octets, as certificate tools print them.
    static func octets(_ text: String) -> [UInt8]? {
        let digits = text.utf8.filter { $0 != UInt8(ascii: ":") }
        guard digits.count.isMultiple(of: 2), digits.count <= 128 else { return nil }
        var octets: [UInt8] = []
        var high: UInt8?
        for digit in digits {
            guard let value = Character(Unicode.Scalar(digit)).hexDigitValue else { return nil }
            if let first = high {
                octets.append(first << 4 | UInt8(value))
                high = nil
            } else {
                high = UInt8(value)
            }
        }
        return octets
    }
}
