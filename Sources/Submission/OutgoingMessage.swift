import MailStore
import SMTP

/// A stored message as it is sent: without the fields that name secret recipients.
struct OutgoingMessage: Sendable {
    static let pieceOctets = 64 * 1024

    private let blob: OpenBlob

    init(_ blob: OpenBlob) { self.blob = blob }

    /// Reads it once through and tells what it asks of a server.
    func traits() throws -> MessageTraits {
        var scan = MessageScan()
        var pieces = makePieces()
        while let piece = try pieces.next() { scan.add(piece) }
        return scan.end()
    }

    func makePieces() -> Pieces { Pieces(blob: blob) }

    /// The message from its beginning, piece by piece.
    struct Pieces: Sendable {
        fileprivate let blob: OpenBlob
        private var offset = 0
        private var filter = BccFilter()
        private var isOver = false

        fileprivate init(blob: OpenBlob) { self.blob = blob }

        /// Nil at the end.
        mutating func next() throws -> [UInt8]? {
            while offset < blob.size {
                let piece = try blob.octets(from: offset, count: OutgoingMessage.pieceOctets)
                offset += piece.count
                let rest = filter.filter(piece)
                if !rest.isEmpty { return rest }
            }
            guard !isOver else { return nil }
            isOver = true
            let held = filter.end()
            return held.isEmpty ? nil : held
        }
    }
}
