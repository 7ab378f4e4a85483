/// A message's HTML that a browser may show beside other things: what is left when everything that runs, loads, hides or
/// leads away by itself is gone.
public struct SafeHTML: Equatable, Sendable {
    /// A fragment: its style sheet, if it has one, and one element for the body of each part.
    public let html: String
    /// Addresses of remote images that something is to be seen of, each once.
    public let remoteImages: Int
    /// Remote images of which nothing is to be seen; they are left out whoever asks.
    public let trackers: Int
    /// Hosts of both, in the order of the message, at most 100.
    public let remoteHosts: [String]
    /// Links whose text names another host than they lead to; their `title` names the true one.
    public let misleadingLinks: Int
    /// Whether the message was longer than may be shown.
    public let isCut: Bool
}
