import Crypto
import Foundation
import MailModel

/// What a push subscription may say.
enum PushRules {
    static let urlOctets = 2_000
    static let deviceClientIDOctets = 1_000
    static let types = 100
    static let typeOctets = 100
    /// How long a verification waits for the client to answer it, from the subscription's creation on.
    static let verificationLife: Duration = .seconds(86_400)

    static func check(_ new: NewPushSubscription, _ policy: AddressPolicy) throws(MailStoreError) {
        try check(deviceClientID: new.deviceClientID)
        try check(url: new.url, policy)
        if let keys = new.keys, (try? P256.KeyAgreement.PublicKey(x963Representation: keys.publicKey)) == nil {
            throw MailStoreError(.invalidProperty("keys"), "p256dh is no point of the curve P-256.")
        }
        try check(types: new.types)
    }

    private static func check(deviceClientID: String) throws(MailStoreError) {
        guard (1...deviceClientIDOctets).contains(deviceClientID.utf8.count) else {
            throw MailStoreError(
                .invalidProperty("deviceClientId"), "deviceClientId has 1 to \(deviceClientIDOctets) octets.")
        }
    }

    /// What can be refused before any name is resolved; whoever connects asks again about the addresses.
    private static func check(url: String, _ policy: AddressPolicy) throws(MailStoreError) {
        let refused = { (sentence: String) in MailStoreError(.invalidProperty("url"), sentence) }
        guard url.utf8.count <= urlOctets, url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let parts = URLComponents(string: url), parts.scheme?.lowercased() == "https", parts.user == nil,
            parts.password == nil, parts.fragment == nil, var host = parts.host, !host.isEmpty,
            (1...65_535).contains(parts.port ?? 443)
        else {
            throw refused(
                "The url of a push subscription begins with https://, has at most \(urlOctets) octets, and neither a user "
                    + "name nor a fragment.")
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        switch policy.refusal(ofHost: host, port: parts.port ?? 443) {
        case nil: return
        case .address?:
            throw refused(
                "Push services here may only be at addresses of the public Internet, unless outgoing.allowedNetworks says "
                    + "more.")
        case .port?:
            throw refused("Push services here may only be at port 443, unless outgoing.allowedPorts says more.")
        }
    }

    static func check(types: [String]?) throws(MailStoreError) {
        guard let types else { return }
        let areNames =
            types.count <= Self.types
            && types.allSatisfy { name in
                (1...typeOctets).contains(name.utf8.count)
                    && name.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ",") }
            }
        guard areNames else {
            throw MailStoreError(
                .invalidProperty("types"), "types are at most \(Self.types) names of \(typeOctets) octets at most.")
        }
    }

    /// What a client asks for, within what there is. Of a session's subscription the end is the session's (RFC 8620 §7.2).
    static func expiry(
        _ asked: Timestamp?, of principal: Principal, at now: Timestamp, _ limits: Limits.Push
    ) throws(MailStoreError) -> Timestamp? {
        if let asked, asked <= now {
            throw MailStoreError(.invalidProperty("expires"), "expires lies in the past.")
        }
        guard principal.session == nil else { return asked }
        let latest = now.adding(limits.life)
        return min(asked ?? latest, latest)
    }
}
