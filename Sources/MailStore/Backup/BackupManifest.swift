import Foundation
import MailModel

/// What a finished backup holds, in `manifest.json`: written last, so that a folder without it is no backup.
public struct BackupManifest: Codable, Hashable, Sendable {
    public struct File: Codable, Hashable, Sendable {
        public var octets: Int
        /// 64 hexadecimal digits.
        public var sha256: String
    }

    public struct Account: Codable, Hashable, Sendable {
        /// Such as `a1`: its folder is `accounts/a1`.
        public var id: String
        public var user: String
        public var emails: Int
        /// mail.db
        public var database: File
        public var blobFiles: Int
        public var blobOctets: Int
    }

    /// The layout of the folder; a later one is refused.
    public var format: Int
    /// RFC 3339. What was committed before is in the backup; what was committed after may be.
    public var begunAt: String
    public var endedAt: String
    public var directory: File
    public var accounts: [Account]
    /// What was not as it must be in the store that was copied.
    public var findings: [String]

    static let currentFormat = 1
    private static let limit = 64 * 1024 * 1024

    public var emails: Int { accounts.reduce(0) { $0 + $1.emails } }
    /// Octets of all files.
    public var octets: Int { accounts.reduce(directory.octets) { $0 + $1.database.octets + $1.blobOctets } }

    /// - Throws: `notFound` for a folder that is no finished backup; `tooNew`; `corrupt`.
    static func read(from folder: BackupFolder) throws(MailStoreError) -> BackupManifest {
        guard let octets = try Files.read(folder.manifest, atMost: limit) else {
            throw MailStoreError(
                .notFound,
                "\(folder.path) is no backup: it has no manifest.json, which is written when a backup is whole.")
        }
        guard let manifest = try? JSONDecoder().decode(BackupManifest.self, from: Data(octets)) else {
            throw MailStoreError(.corrupt, "\(folder.manifest) cannot be read: the backup is damaged.")
        }
        guard manifest.format <= currentFormat else {
            throw MailStoreError(.tooNew, "The backup was made by a later version of restante: use that one.")
        }
        return manifest
    }

    /// Written beside its place, synced, renamed.
    func write(to folder: BackupFolder) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let new = folder.manifest + ".new"
        try Files.create(new, Array(try encoder.encode(self)) + [0x0A])
        try Files.rename(new, to: folder.manifest)
        try Files.sync(folder.path)
    }
}

extension BackupManifest.File {
    init(of path: String) throws {
        let (octets, sha256) = try FileCopying.digest(path)
        self.init(octets: octets, sha256: String(decoding: Hex.encode(sha256), as: UTF8.self))
    }
}
