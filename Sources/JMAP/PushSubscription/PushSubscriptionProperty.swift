import JSON
import MailModel
import MailStore

/// RFC 8620 §7.2, but for what is never returned: `url` and `keys`.
enum PushSubscriptionProperty: String, RecordProperty {
    case id, deviceClientId, verificationCode, expires, types

    /// Private to the device: asking for one is forbidden.
    static let hidden: Set<String> = ["url", "keys"]
}

extension PushSubscription: Record {
    func write(_ property: PushSubscriptionProperty, _ writer: inout JSONWriter) {
        switch property {
        case .id: writer.value(id)
        case .deviceClientId: writer.value(deviceClientID)
        case .verificationCode: writer.value(optional: verificationCode)
        case .expires: writer.value(optional: expiresAt?.description)
        case .types: Self.write(types, &writer)
        }
    }

    private static func write(_ types: [String]?, _ writer: inout JSONWriter) {
        guard let types else { return writer.null() }
        writer.beginArray()
        for type in types { writer.value(type) }
        writer.endArray()
    }
}

/// The properties of a push subscription as a client gives them.
struct PushSubscriptionValues {
    private let object: JSONObject

    init(_ object: JSONObject) throws {
        self.object = object
        let known = PushSubscriptionProperty.hidden
        for member in object.members
        where PushSubscriptionProperty(rawValue: member.key) == nil && !known.contains(member.key) {
            throw SetError.invalid(member.key, "Push subscriptions have no property \(member.key.quoted).")
        }
    }

    /// Nil when it is null or not there.
    private func value(_ name: String) -> JSONValue? { object[name].flatMap { $0.isNull ? nil : $0 } }

    func text(_ name: String) throws -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.string else { throw SetError.invalid(name, "\(name) is a string.") }
        return text
    }

    func required(_ name: String) throws -> String {
        guard let text = try text(name) else { throw SetError.invalid(name, "\(name) is missing.") }
        return text
    }

    var expires: Timestamp? {
        get throws {
            guard let text = try text("expires") else { return nil }
            guard text.hasSuffix("Z"), let time = Timestamp(rfc3339: text) else {
                throw SetError.invalid("expires", "expires is a date of UTC, such as 2026-10-30T06:12:00Z.")
            }
            return time
        }
    }

    var types: [String]? {
        get throws {
            guard let value = value("types") else { return nil }
            let names = value.array?.compactMap(\.string)
            guard let names, names.count == value.array?.count else {
                throw SetError.invalid("types", "types is an array of names of types, or null for all.")
            }
            return names
        }
    }

    /// RFC 8291 §2.1; base64url, of which the padding is forgiven.
    var keys: PushKeys? {
        get throws {
            guard let value = value("keys") else { return nil }
            guard let object = value.object, object.members.count == 2,
                let point = object["p256dh"]?.string.flatMap({ Base64URL.decode($0) }),
                let secret = object["auth"]?.string.flatMap({ Base64URL.decode($0) }),
                let keys = PushKeys(publicKey: point, secret: secret)
            else {
                throw SetError.invalid(
                    "keys", "keys has p256dh, 65 octets, and auth, 16 octets, both in base64url (RFC 8291).")
            }
            return keys
        }
    }
}
