public import MailModel

/// The messages of one session, as they stood at sign-in: numbered from 1 in the order given (RFC 1939 §4).
public struct ServerMaildrop: Hashable, Sendable {
    private var octets: [Int] = []
    private(set) var uniqueIDs = UniqueIDListing()
    /// Octets of all messages.
    private(set) var totalOctets = 0

    public init() {}

    /// Adds the next message. `octets` count line ends as CRLF and no byte-stuffing (RFC 1939 §11).
    ///
    /// Messages beyond 2^31 - 1 are left out.
    public mutating func append(octets: Int, uniqueID: UniqueID) {
        guard let number = MessageNumber(count + 1) else { return }
        self.octets.append(octets)
        totalOctets = totalOctets.addingReportingOverflow(octets).partialValue
        uniqueIDs.append(UniqueIDListing.Element(number: number, uniqueID: uniqueID))
    }

    public var count: Int { octets.count }

    /// The octets of a message that exists.
    func octets(of number: MessageNumber) -> Int { octets[number.value - 1] }

    func uniqueIDOctets(of number: MessageNumber) -> ArraySlice<UInt8> {
        uniqueIDs.uniqueIDOctets(at: number.value - 1)
    }
}
