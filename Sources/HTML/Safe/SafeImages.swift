/// Where an image of a message comes from.
public enum ImageSource: Equatable, Hashable, Sendable {
    /// An address of the web: `http` or `https`, absolute, without a name to sign in as.
    case remote(String)
    /// A part of the message by its Content-ID, without the angle brackets (RFC 2392).
    case part(contentID: String)
}

/// The images of a message: which addresses they get, and what is told of the remote ones.
struct SafeImages {
    /// Remote images of a message that are asked for.
    static let maximumRemote = 1_000
    /// Hosts that are told.
    static let maximumHosts = 100

    private let address: (ImageSource) -> String?
    private var remote: [String: String?] = [:]
    private(set) var hosts: [String] = []
    private(set) var trackers = 0

    init(_ address: @escaping (ImageSource) -> String?) { self.address = address }

    /// Addresses of remote images that something is to be seen of, each once.
    var remoteCount: Int { remote.count }

    /// Where to load the image from that a message names `written`; nil when it is left out.
    mutating func address(_ written: String) -> String? {
        switch SafeAddress.image(written) {
        case .inline(let text)?: return text
        case .part(let contentID)?: return address(.part(contentID: contentID))
        case .remote(let text, let host)?:
            if let known = remote[text] { return known }
            guard remote.count < Self.maximumRemote else { return nil }
            note(host)
            let found = address(.remote(text))
            remote[text] = .some(found)
            return found
        case nil: return nil
        }
    }

    /// Whether the image that a message names `written`, and of which nothing is to be seen, is loaded only to tell the
    /// sender so. It is counted.
    mutating func isTracker(_ written: String) -> Bool {
        guard case .remote(_, let host)? = SafeAddress.image(written) else { return false }
        trackers += 1
        note(host)
        return true
    }

    private mutating func note(_ host: String) {
        if hosts.count < Self.maximumHosts, !hosts.contains(host) { hosts.append(host) }
    }
}
