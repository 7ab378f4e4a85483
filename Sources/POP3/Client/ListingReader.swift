import MailModel
import NIOCore

/// A listing that grows line by line.
protocol LineListing: Sendable {
    init()
    mutating func read(line: ByteBuffer)
    /// The last line was read.
    mutating func finish()
}

extension ScanListing: LineListing {}

extension UniqueIDListing: LineListing {
    mutating func finish() {}
}

/// Reads the lines of one listing up to the final dot, and counts them and their octets against the limits.
struct ListingReader<Listing: LineListing>: Sendable {
    private(set) var listing = Listing()
    private var lineCount = 0
    private var octetCount = 0

    /// Takes in all lines that are there; true when the listing is whole.
    mutating func read(
        _ input: inout ByteBuffer, _ lines: inout LineDecoder, within limits: Limits.POP3Client
    ) throws(POP3Error) -> Bool {
        while let line = try lines.nextLine(from: &input) {
            guard !line.isFinalDot else {
                listing.finish()
                return true
            }
            try count(line, against: limits)
            listing.read(line: line)
        }
        return false
    }

    private mutating func count(_ line: ByteBuffer, against limits: Limits.POP3Client) throws(POP3Error) {
        lineCount += 1
        octetCount += line.readableBytes + 2
        guard lineCount <= limits.listingMessages else {
            throw POP3Error(
                code: .limitExceeded, message: "The server lists more than \(limits.listingMessages) messages.")
        }
        guard octetCount <= limits.listingOctets else {
            throw POP3Error(
                code: .limitExceeded, message: "The server's listing is longer than \(limits.listingOctets) octets.")
        }
    }
}
