package import MailModel

/// The message of SASL's PLAIN mechanism (RFC 4616 §2): `[authzid] NUL authcid NUL passwd`.
package struct PlainCredentials: Sendable {
    package var userName: String
    package var password: Secret

    package init(userName: String, password: Secret) {
        self.userName = userName
        self.password = password
    }

    /// Reads the decoded message. Nil unless it has its three fields, and asks to act as nobody but `userName`.
    package init?(message: [UInt8]) {
        let fields = message.split(separator: 0, maxSplits: 3, omittingEmptySubsequences: false)
        guard fields.count == 3, !fields[1].isEmpty, !fields[2].isEmpty,
            fields[0].isEmpty || fields[0] == fields[1],
            let userName = String(validating: fields[1], as: UTF8.self)
        else { return nil }
        self.init(userName: userName, password: Secret(bytes: fields[2]))
    }

    package var message: [UInt8] {
        [0] + Array(userName.utf8) + [0] + password.withBytes { $0 }
    }
}
