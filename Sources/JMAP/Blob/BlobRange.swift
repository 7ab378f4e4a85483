import MailModel
import MailStore

/// A stretch of a blob's octets (RFC 9404 §4): all of them unless said otherwise.
struct BlobRange: Sendable {
    var offset = 0
    /// Nil: what is left.
    var length: Int?

    /// Whether all of it lies within `size` octets.
    func fits(_ size: Int) -> Bool {
        guard offset <= size else { return false }
        return length.map { $0 <= size - offset } ?? true
    }

    /// What of the stretch lies in a piece of `count` octets that begins at `position`, counted within the piece.
    func part(ofPieceAt position: Int, count: Int) -> Range<Int> {
        let start = min(max(0, offset - position), count)
        guard let length else { return start..<count }
        // Both are at most 2^53: no overflow.
        return start..<max(start, min(count, offset + length - position))
    }
}

/// What a call may still read of stored octets: many small answers can ask for much.
struct BlobReadingBudget {
    private let limit: Int
    private var spent = 0

    /// As many octets as four uploads may have. One blob may always be read.
    init(_ limits: Limits.JMAP) { limit = limits.uploadOctets.multipliedReportingOverflow(by: 4).partialValue }

    mutating func take(_ octets: Int) -> Bool {
        guard spent == 0 || octets <= limit - spent else { return false }
        spent += octets
        return true
    }
}

extension AccountReader {
    /// Lends the octets of a stretch piece by piece. Returns how many octets there are in all; nil when there is no such
    /// blob.
    func lend(
        _ range: BlobRange, of id: BlobID, to body: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Int? {
        var position = 0
        let isThere = try lend(id) { piece in
            let part = range.part(ofPieceAt: position, count: piece.count)
            if !part.isEmpty { try body(UnsafeRawBufferPointer(rebasing: piece[part])) }
            position += piece.count
        }
        return isThere ? position : nil
    }

    /// Whether a blob id names octets.
    func hasBlob(_ id: BlobID) throws -> Bool {
        id.section.isEmpty ? try blobSize(id) != nil : try lend(id) { _ in }
    }
}
