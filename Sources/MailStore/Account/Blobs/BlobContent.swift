/// Where a prepared blob's octets are.
enum BlobContent: Sendable {
    case plain([UInt8])
    case compressed([UInt8])
    /// In place in the blob folder and synced; the lease keeps the file from being unlinked until a row names it.
    case file(BlobLease)
    /// In a row already when it was prepared.
    case stored
}

/// How a row of `blob` holds its octets. On disk: append only.
enum BlobFormat: Int64 {
    /// In the row as received.
    case plain = 0
    /// In the row, one zstd frame.
    case compressed = 1
    /// In the blob folder's file of that hash, one zstd frame.
    case file = 2
}
