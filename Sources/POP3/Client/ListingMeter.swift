import MailModel
import NIOCore

/// Counts the lines and octets of one listing against the limits.
struct ListingMeter: Sendable {
    private var lines = 0
    private var octets = 0

    mutating func count(_ line: ByteBuffer, against limits: Limits.POP3Client) throws(POP3Error) {
        lines += 1
        octets += line.readableBytes + 2
        guard lines <= limits.listingMessages else {
            throw POP3Error(
                code: .limitExceeded, message: "The server lists more than \(limits.listingMessages) messages.")
        }
        guard octets <= limits.listingOctets else {
            throw POP3Error(
                code: .limitExceeded, message: "The server's listing is longer than \(limits.listingOctets) octets.")
        }
    }
}
