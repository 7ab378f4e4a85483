/// Octets with one line end, CRLF, whatever stood there: a lone CR or LF is made whole. Nothing else is ever sent, since
/// servers that take less for a line end can be made to see a second message (RFC 5321 §2.3.8).
struct LineEnds: Sendable {
    private var wasCarriageReturn = false

    /// Hands on each octet, and the ends that were missing.
    mutating func add(_ bytes: some Sequence<UInt8>, _ body: (UInt8) -> Void) {
        for byte in bytes {
            if wasCarriageReturn {
                wasCarriageReturn = false
                body(0x0A)
                if byte == 0x0A { continue }
            }
            switch byte {
            case 0x0D:
                wasCarriageReturn = true
                body(0x0D)
            case 0x0A:
                body(0x0D)
                body(0x0A)
            default: body(byte)
            }
        }
    }

    /// The octets are over: a CR at their end was a line end.
    mutating func end(_ body: (UInt8) -> Void) {
        if wasCarriageReturn { body(0x0A) }
        wasCarriageReturn = false
    }
}

/// Reads a message once before it is sent and tells what it asks of a server.
public struct MessageScan: Sendable {
    private var lineEnds = LineEnds()
    private var traits = MessageTraits()
    private var isHeader = true
    private var lineLength = 0

    public init() {}

    public mutating func add(_ bytes: some Sequence<UInt8>) {
        var scan = (traits, isHeader, lineLength)
        lineEnds.add(bytes) { Self.add($0, &scan) }
        (traits, isHeader, lineLength) = scan
    }

    /// What was found; call it when all was added.
    public mutating func end() -> MessageTraits {
        var scan = (traits, isHeader, lineLength)
        lineEnds.end { Self.add($0, &scan) }
        // A last line without an end is sent with one.
        if scan.2 > 0 { scan.0.octets += 2 }
        return scan.0
    }

    private static func add(_ byte: UInt8, _ scan: inout (MessageTraits, Bool, Int)) {
        scan.0.octets += 1
        switch byte {
        case 0x0D: break
        case 0x0A:
            if scan.2 == 0 { scan.1 = false }
            scan.2 = 0
        default:
            scan.2 += 1
            guard byte > 0x7F else { return }
            if scan.1 { scan.0.hasEightBitHeader = true } else { scan.0.hasEightBitBody = true }
        }
    }
}
