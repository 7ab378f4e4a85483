import MailModel
import NIOCore

extension UniqueIDListing.Element {
    /// Reads the answer to `UIDL n`: `n unique-id`.
    ///
    /// QUIRK: the number is left out; Tests/Corpus/pop3/client/uidl-without-number.transcript
    init?(_ reply: Reply, for number: MessageNumber) {
        var cursor = LineCursor(reply.text)
        var ahead = cursor
        if let stated = ahead.messageNumber(), let octets = ahead.uniqueIDOctets() {
            guard stated == number else { return nil }
            self.init(number, octets)
        } else {
            guard let octets = cursor.uniqueIDOctets() else { return nil }
            self.init(number, octets)
        }
    }

    private init?(_ number: MessageNumber, _ octets: ByteBufferView) {
        guard let uniqueID = UniqueID(octets) else { return nil }
        self.init(number: number, uniqueID: uniqueID)
    }
}

extension ScanListing.Element {
    /// Reads the answer to `LIST n`: `n octets`.
    init?(_ reply: Reply, for number: MessageNumber) {
        var cursor = LineCursor(reply.text)
        guard cursor.messageNumber() == number, let octets = cursor.number() else { return nil }
        self.init(number: number, octets: octets)
    }
}
