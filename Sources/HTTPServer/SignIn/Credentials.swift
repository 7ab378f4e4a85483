import MailModel

/// What an `Authorization` field gives: a device secret, and for Basic the user's name that must go with it.
struct Credentials: Sendable {
    /// Nil for Bearer: the secret alone says whose it is.
    let userName: String?
    let secret: Secret

    /// Reads Basic (RFC 7617) and Bearer (RFC 6750 §2.1); nil for anything else, an empty secret included.
    init?(authorization: String) {
        let parts = authorization.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2 else { return nil }
        let value = String(parts[1].drop { $0 == " " })
        switch parts[0].lowercased() {
        case "basic":
            guard let octets = Base64.decoded(value), let colon = octets.firstIndex(of: UInt8(ascii: ":")),
                let name = String(validating: octets[..<colon], as: UTF8.self)
            else { return nil }
            userName = name
            secret = Secret(bytes: octets[(colon + 1)...])
        case "bearer":
            userName = nil
            secret = Secret(value)
        default:
            return nil
        }
        if secret.isEmpty { return nil }
    }
}
