/// Octets on their way into the store: small ones in memory, large ones already in a temporary file.
public enum MessageSource: Sendable {
    case octets([UInt8])
    case file(SpooledFile)

    /// Octets as received.
    public var size: Int {
        switch self {
        case .octets(let octets): octets.count
        case .file(let file): file.size
        }
    }
}
