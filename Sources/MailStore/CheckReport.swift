import MailModel

/// One thing that is not as it must be.
public struct CheckFinding: Hashable, Sendable {
    /// Where: `restante.db`, or an account's id.
    public let place: String
    /// The broken rule and what breaks it, as one sentence.
    public let description: String

    public init(place: String, _ description: String) {
        self.place = place
        self.description = description
    }
}

/// What a check looked at and what it found. No finding means that the store is consistent.
public struct CheckReport: Sendable {
    public var findings: [CheckFinding] = []
    /// What is no fault, but somebody should look at: folders that were set aside.
    public var notices: [String] = []
    /// How many of each were looked at (`emails`, `blobs`, …), and what is no fault but worth a number (`orphanFiles`).
    public var counts: [String: Int] = [:]

    /// Bodies whose octets are missing or not what they were stored with.
    var damagedBlobs: [BlobID] = []

    public init() {}

    public var isClean: Bool { findings.isEmpty }

    public mutating func find(_ place: String, _ description: String) {
        findings.append(CheckFinding(place: place, description))
    }

    public mutating func count(_ what: String, _ number: Int = 1) {
        counts[what, default: 0] += number
    }

    public mutating func merge(_ other: CheckReport) {
        findings += other.findings
        notices += other.notices
        damagedBlobs += other.damagedBlobs
        counts.merge(other.counts) { $0 + $1 }
    }
}
