import NIOCore

/// The TRANSACTION state of a server machine: the maildrop and the messages marked as deleted (RFC 1939 §5).
struct ServerTransaction: Sendable {
    let maildrop: ServerMaildrop
    private var deleted: Set<MessageNumber> = []
    private var deletedOctets = 0

    init(_ maildrop: ServerMaildrop) { self.maildrop = maildrop }

    var deletions: [MessageNumber] { deleted.sorted() }

    /// Messages and octets without those marked as deleted.
    var size: MaildropSize {
        MaildropSize(messages: maildrop.count - deleted.count, octets: maildrop.totalOctets - deletedOctets)
    }

    /// A sentence for the -ERR if the message does not exist or is marked as deleted.
    func complaint(about number: MessageNumber) -> String? {
        guard number.value <= maildrop.count else {
            return "There is no message \(number): the maildrop has \(maildrop.count)."
        }
        return deleted.contains(number) ? "Message \(number) is marked as deleted." : nil
    }

    mutating func delete(_ number: MessageNumber) {
        guard deleted.insert(number).inserted else { return }
        deletedOctets += maildrop.octets(of: number)
    }

    func writeScanLine(_ number: MessageNumber, to output: inout ByteBuffer) {
        output.writeString("\(number) \(maildrop.octets(of: number))\r\n")
    }

    func writeUniqueIDLine(_ number: MessageNumber, to output: inout ByteBuffer) {
        output.writeString("\(number) ")
        output.writeBytes(maildrop.uniqueIDOctets(of: number))
        output.writeStaticString("\r\n")
    }

    /// Appends lines of a listing from `first` on until `output` holds `enough` octets; returns the number to go on
    /// with, nil when the listing is whole.
    func writeListing(
        _ kind: ListingKind, from first: Int, upTo enough: Int, to output: inout ByteBuffer
    ) -> Int? {
        var next = first
        while next <= maildrop.count {
            guard output.readableBytes < enough else { return next }
            if let number = MessageNumber(next), !deleted.contains(number) {
                switch kind {
                case .scan: writeScanLine(number, to: &output)
                case .uniqueID: writeUniqueIDLine(number, to: &output)
                }
            }
            next += 1
        }
        output.writeStaticString(".\r\n")
        return nil
    }
}

enum ListingKind: Sendable {
    case scan, uniqueID
}
