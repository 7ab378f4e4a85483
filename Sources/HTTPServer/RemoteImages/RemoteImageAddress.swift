public import JMAP
public import MailModel
public import MailStore
import OutboundHTTP

/// What stands in a message's place of a remote image: an address of ours that only the account's own reader can use, and only
/// for this one URL (docs/decisions/0082).
public struct RemoteImageSigner: RemoteImageAddresses {
    /// Octets of a URL, so that its address fits in a request.
    static let longestURL = 4096

    private let store: MailStore
    public let prefix: String

    /// `prefix` is what a proxy in front adds to every path, without a slash at its end; usually empty.
    public init(store: MailStore, prefix: String = "") {
        self.store = store
        self.prefix = prefix
    }

    /// `/proxy/<signature>/<URL>`, both in base64url (RFC 4648 §5) without padding; nil for what is no URL of the web.
    public func address(for url: String, account: AccountID) -> String? {
        let url = String(url.prefix { $0 != "#" })
        guard url.utf8.count <= Self.longestURL, OutboundURL(url) != nil else { return nil }
        let signature = store.remoteImageSignature(of: url, for: account)
        return "\(prefix)/proxy/\(Base64URL.encode(signature))/\(Base64URL.encode(url.utf8))"
    }
}

/// The two segments of such an address.
struct RemoteImageAddress: Hashable, Sendable {
    let signature: [UInt8]
    let url: String

    init?(signature: String, url: String) {
        guard let signature = Base64URL.decodeExactly(signature), let octets = Base64URL.decodeExactly(url),
            octets.count <= RemoteImageSigner.longestURL, let text = String(validating: octets, as: UTF8.self)
        else { return nil }
        self.signature = signature
        self.url = text
    }
}

extension Base64URL {
    /// Nil for what is not written as `encode` writes it: one value has one address.
    static func decodeExactly(_ text: String) -> [UInt8]? { decode(text).flatMap { encode($0) == text ? $0 : nil } }
}
