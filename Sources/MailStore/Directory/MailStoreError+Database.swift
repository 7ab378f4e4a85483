import GRDB

extension MailStoreError {
    /// What SQLite reported, as one of our codes; an error of ours stays as it is.
    init(database error: any Error) {
        if let known = error as? MailStoreError {
            self = known
            return
        }
        guard let failure = error as? DatabaseError else {
            self.init(.inputOutput, "The store failed: \(error).", cause: error)
            return
        }
        switch failure.resultCode {
        case .SQLITE_FULL:
            self.init(.diskFull, "The disk is full: nothing was changed.", cause: error)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(.corrupt, "The database is damaged (\(failure.extendedResultCode)).", cause: error)
        case .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_AUTH:
            self.init(
                .noPermission, "No permission to write the database (\(failure.extendedResultCode)).", cause: error)
        case .SQLITE_MISUSE, .SQLITE_ABORT, .SQLITE_INTERRUPT:
            self.init(.closed, "The store is closed.", cause: error)
        default:
            self.init(
                .inputOutput, "The database failed: \(failure.message ?? "\(failure.extendedResultCode)").",
                cause: error)
        }
    }

    /// The same, with the file that could not be opened.
    init(opening path: String, _ error: any Error) {
        let failure = MailStoreError(database: error)
        guard !(error is MailStoreError) else {
            self = failure
            return
        }
        self.init(failure.code, "Could not open \(path): \(failure.message)", cause: error)
    }
}
