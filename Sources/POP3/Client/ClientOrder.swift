/// What the owner of a client machine wants done once signed in. Orders are carried out in the order given.
public enum ClientOrder: Hashable, Sendable {
    /// CAPA.
    case capabilities
    /// STAT.
    case maildropSize
    /// UIDL without a number.
    case uniqueIDs
    /// UIDL of one message.
    case uniqueID(MessageNumber)
    /// LIST without a number.
    case scanListing
    /// LIST of one message.
    case size(MessageNumber)
    /// RETR. `octets` is what the scan listing says of the message, 0 if unknown: it fills the window.
    case retrieve(MessageNumber, octets: Int)
    /// TOP: the header and the first lines of the body.
    case top(MessageNumber, lines: Int)
    /// DELE.
    case delete(MessageNumber)
    /// NOOP.
    case noop
    /// RSET: takes back every DELE of the session.
    case reset
    /// QUIT: the last order; its answer is read.
    case quit

    var command: Command {
        switch self {
        case .capabilities: .capabilities
        case .maildropSize: .stat
        case .uniqueIDs: .uniqueID(nil)
        case .uniqueID(let number): .uniqueID(number)
        case .scanListing: .list(nil)
        case .size(let number): .list(number)
        case .retrieve(let number, octets: _): .retrieve(number)
        case .top(let number, let lines): .top(number, lines: lines)
        case .delete(let number): .delete(number)
        case .noop: .noop
        case .reset: .reset
        case .quit: .quit
        }
    }

    /// The message that the order is about.
    public var messageNumber: MessageNumber? {
        switch self {
        case .uniqueID(let number), .size(let number), .retrieve(let number, octets: _), .top(let number, lines: _),
            .delete(let number):
            number
        case .capabilities, .maildropSize, .uniqueIDs, .scanListing, .noop, .reset, .quit:
            nil
        }
    }

    /// What the order takes of the window's octets: what a server says, so never so much that sums overflow.
    var windowOctets: Int {
        if case .retrieve(_, let octets) = self { min(max(0, octets), 1 << 40) } else { 0 }
    }

    /// A message comes back: such orders are sent in groups, not one by one as the window gains room.
    var bringsMessage: Bool {
        switch self {
        case .retrieve, .top: true
        case .capabilities, .maildropSize, .uniqueIDs, .uniqueID, .scanListing, .size, .delete, .noop, .reset, .quit:
            false
        }
    }
}
