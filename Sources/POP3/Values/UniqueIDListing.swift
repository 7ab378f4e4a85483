public import MailModel
package import NIOCore

/// What UIDL returns (RFC 1939 §7): the unique-id of each message, in the order in which the server listed them.
///
/// The octets of all unique-ids stand in one array, so that a million of them cost a few dozen megabytes, not a million
/// allocations.
public struct UniqueIDListing: Hashable, Sendable {
    public struct Element: Hashable, Sendable {
        public var number: MessageNumber
        public var uniqueID: UniqueID

        public init(number: MessageNumber, uniqueID: UniqueID) {
            self.number = number
            self.uniqueID = uniqueID
        }
    }

    private var numbers: [Int32] = []
    /// Where each unique-id ends in `octets`.
    private var ends: [UInt32] = []
    private var octets: [UInt8] = []
    /// Lines that could not be read: no number, no unique-id, or one that `UniqueID` refuses.
    public private(set) var malformedLines = 0

    public init() {}

    public func number(at position: Int) -> MessageNumber { MessageNumber(validated: numbers[position]) }

    /// The octets of a unique-id without a copy.
    public func uniqueIDOctets(at position: Int) -> ArraySlice<UInt8> {
        octets[(position == 0 ? 0 : Int(ends[position - 1]))..<Int(ends[position])]
    }

    package mutating func append(_ element: Element) {
        append(number: element.number, octets: element.uniqueID.bytes)
    }

    /// Takes in one line, `number unique-id`.
    ///
    /// QUIRK: several blanks before the unique-id, blanks and eight-bit octets in it;
    /// Tests/Corpus/pop3/client/listing-odd-lines.transcript
    package mutating func read(line: ByteBuffer) {
        var cursor = LineCursor(line)
        cursor.skipStatusPrefix()
        guard let number = cursor.messageNumber(), let uniqueID = cursor.uniqueIDOctets() else {
            malformedLines += 1
            return
        }
        append(number: number, octets: uniqueID)
    }

    /// `octets` must be what `UniqueID` accepts.
    private mutating func append(number: MessageNumber, octets more: some Collection<UInt8>) {
        guard let end = UInt32(exactly: octets.count + more.count) else {
            malformedLines += 1
            return
        }
        octets.append(contentsOf: more)
        ends.append(end)
        numbers.append(number.rawValue)
    }
}

extension UniqueIDListing: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { numbers.count }

    public subscript(position: Int) -> Element {
        guard let uniqueID = UniqueID(uniqueIDOctets(at: position)) else {
            preconditionFailure("only valid unique-ids are appended")
        }
        return Element(number: number(at: position), uniqueID: uniqueID)
    }
}

extension LineCursor {
    /// The rest of the line as a unique-id, without the blanks around it; nil when it is none.
    mutating func uniqueIDOctets() -> ByteBufferView? {
        skipBlanks()
        var octets = rest
        while let last = octets.last, last.isBlank { octets.removeLast() }
        guard !octets.isEmpty, octets.count <= UniqueID.maximumLength,
            !octets.contains(where: { $0 == ASCII.carriageReturn || $0 == 0 })
        else { return nil }
        return octets
    }
}
