public import MailModel

/// What an account takes on disk, by kind.
public struct StorageUse: Hashable, Sendable {
    public let account: AccountID
    public let user: UserID
    public let measuredAt: Timestamp
    /// mail.db with its log.
    public var database = 0
    /// Large bodies in files of their own, and how many files.
    public var bodies = 0
    public var bodyFiles = 0
    /// Bodies of a backlog that wait to be compressed.
    public var intake = 0
    /// The text index: it can be made anew.
    public var search = 0
    public var other = 0
    /// Emails, and the octets of their messages as they were received.
    public var emails = 0
    public var messageOctets = 0

    /// Octets of all files.
    public var octets: Int { database + bodies + intake + search + other }

    init(account: AccountID, user: UserID, measuredAt: Timestamp) {
        self.account = account
        self.user = user
        self.measuredAt = measuredAt
    }
}

/// What an account took at the end of a day, or when it was last measured on it.
public struct StorageDay: Hashable, Sendable {
    /// Days since 1970, UTC.
    public let day: Int
    public let octets: Int
    public let emails: Int
}

/// What the whole data directory takes, and what is left.
public struct ServerStorage: Hashable, Sendable {
    /// restante.db with its log.
    public var directory = 0
    /// Octets of the file system that this process may still write, and all it has; nil when it does not say.
    public var free: Int?
    public var capacity: Int?
    /// The last backup that was made, and the last try that failed.
    public var lastBackup: BackupRecord?
    public var lastFailedBackup: BackupRecord?
}

/// How a backup ended.
public struct BackupRecord: Hashable, Sendable {
    public var beganAt: Timestamp
    public var endedAt: Timestamp
    public var folder: String
    public var octets: Int
    public var emails: Int
    /// Faults that its check found in the store.
    public var findings: Int
    /// Why there is none; nil for one that was made.
    public var error: String?
}

extension BackupRecord {
    init(begun: Timestamp, folder: String) {
        self.init(beganAt: begun, endedAt: begun, folder: folder, octets: 0, emails: 0, findings: 0)
    }

    mutating func take(_ report: BackupReport) {
        (octets, emails) = (report.manifest.octets, report.manifest.emails)
        findings = report.check.findings.count
    }
}
