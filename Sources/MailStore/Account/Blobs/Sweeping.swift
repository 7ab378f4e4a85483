import MailModel

extension AccountCore {
    /// What a crash may have left: temporary files, and blob files whose row was never committed or is gone. At open,
    /// before anybody can be about to store one of them.
    func sweepFiles() throws {
        for name in try Files.names(in: blobFiles.temporaryFolder) {
            options.fileSystem.remove(blobFiles.temporaryFolder + "/" + name)
        }
        let inside = try blobFiles.stored()
        guard !inside.isEmpty else { return }
        let known = try database.readNow { db in
            try db.all(Self.blobsInFiles) { BlobID(hash: $0.blob(0)) }
        }
        for orphan in inside.subtracting(known) { blobFiles.removeUnlessLeased(orphan) }
    }

    static let blobsInFiles = "SELECT hash FROM blob INDEXED BY blobInFile WHERE format = 2"

    /// The same for the intake, whose files become readable again.
    func openIntake() throws {
        let named = try database.readNow { db in try db.all("SELECT DISTINCT file FROM intake") { $0.int(0) } }
        try intake?.open(named: Set(named))
    }
}

extension BlobFiles {
    /// The blobs that have a file. Names that are no hash are nobody's business here.
    func stored() throws -> Set<BlobID> {
        var blobs: Set<BlobID> = []
        for prefix in try Files.names(in: folder) where prefix.utf8.count == 2 {
            for name in try Files.names(in: folder + "/" + prefix) {
                if let blob = BlobID("b" + name) { blobs.insert(blob) }
            }
        }
        return blobs
    }
}
