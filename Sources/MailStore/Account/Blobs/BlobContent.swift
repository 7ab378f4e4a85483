/// Where a prepared blob's octets are.
enum BlobContent: Sendable {
    case plain([UInt8])
    case compressed([UInt8])
    /// In place in the blob folder and synced; the lease keeps the file from being unlinked until a row names it.
    case file(BlobLease)
    /// As received in the intake, to be brought to its place later; the lease keeps the intake's file until a row names it.
    case waiting(IntakeLease)
    /// In a row already when it was prepared.
    case stored

    /// What a row of `blob` holds of it; nil when there is a row already.
    var columns: (format: BlobFormat, octets: SQLValue)? {
        switch self {
        case .plain(let octets): (.plain, .blob(octets))
        case .compressed(let octets): (.compressed, .blob(octets))
        case .file, .waiting: (.file, .null)
        case .stored: nil
        }
    }

    var octetsInMemory: Int {
        switch self {
        case .plain(let octets), .compressed(let octets): octets.count
        case .file, .waiting, .stored: 0
        }
    }

    var lease: IntakeLease? {
        guard case .waiting(let lease) = self else { return nil }
        return lease
    }
}

/// How a row of `blob` holds its octets. On disk: append only.
enum BlobFormat: Int64 {
    /// In the row as received.
    case plain = 0
    /// In the row, one zstd frame.
    case compressed = 1
    /// In the blob folder's file of that hash, one zstd frame; or still in the intake, if `intake` says so.
    case file = 2
}
