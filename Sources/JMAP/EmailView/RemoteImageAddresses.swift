public import MailModel

/// Where the remote images of a message are loaded from, so that their servers learn nothing of who reads.
///
/// The server that speaks HTTP has it: it signs the image's address and later fetches what it signed, and nothing else.
public protocol RemoteImageAddresses: Sendable {
    /// What a proxy in front adds to every path of this server, without a slash at its end; usually empty.
    var prefix: String { get }

    /// The address, relative to the server's root, from which the image at `url` may be loaded; nil when it is left out.
    ///
    /// - Parameter url: `http` or `https`, absolute, without a user's name or a fragment; written by a stranger. A host's
    ///   name may hold letters that are not ASCII.
    func address(for url: String, account: AccountID) -> String?
}

/// No remote image is ever shown.
public struct RemoteImagesLeftOut: RemoteImageAddresses {
    public let prefix = ""
    public init() {}
    public func address(for url: String, account: AccountID) -> String? { nil }
}
